// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.junit.jupiter.api.Test;

class SpaceTest {
    /** A disk of which nothing can be told any more, as a network file system that went away. */
    private static final class Mute extends FileStore {
        @Override
        public String name() {
            return "mute";
        }

        @Override
        public String type() {
            return "none";
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public long getTotalSpace() throws IOException {
            throw new IOException("stale");
        }

        @Override
        public long getUsableSpace() throws IOException {
            throw new IOException("stale");
        }

        @Override
        public long getUnallocatedSpace() throws IOException {
            throw new IOException("stale");
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException(attribute);
        }
    }

    @Test
    void disk_thatDoesNotSayWhatItHas_isNotTakenForFull() {
        assertThat(new Space(1, () -> Space.usableBytes(new Mute())).isLow()).isFalse();
        assertThat(new Space(2, () -> 1).isLow()).isTrue();
        assertThat(new Space(0, () -> 0).isLow()).isFalse();
    }
}
