// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An instance's own store directory with space for little. Where we may mount one it is a disk of its own, half of it taken by a file that can
 * be deleted; elsewhere it is the configured limit of the log, which can be lifted.
 */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private final Path mount;
    private final boolean mounted;

    private SmallDisk(Path mount, boolean mounted) {
        this.mount = mount;
        this.mounted = mounted;
    }

    static SmallDisk in(Path home) throws IOException, InterruptedException {
        Path mount = Files.createDirectories(home.resolve("store"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "skep-faults", mount.toString());
        if (mounted) {
            Files.write(mount.resolve("ballast"), new byte[24 * MIB]);
        }
        return new SmallDisk(mount, mounted);
    }

    /** Takes away what a run that was cut off has left. */
    static void release(Path home) throws InterruptedException {
        run("umount", "-l", home.resolve("store").toString());
    }

    /** Whether it is a disk of its own. */
    boolean isMounted() {
        return mounted;
    }

    Path directory() {
        return mount;
    }

    /** The configuration with which it becomes full. */
    String full() {
        return mounted ? "min.free.bytes = 0" : "max.log.bytes = " + 8 * MIB;
    }

    /** The configuration with which payloads fill it. */
    String fullOfPayloads() {
        return mounted ? "payload.min.free.bytes = 0" : "payload.total.bytes = " + 24 * MIB;
    }

    /** Makes space, without a word to the server where it is a disk. */
    void free(Instance instance) throws IOException {
        if (mounted) {
            Files.delete(mount.resolve("ballast"));
        } else {
            instance.configure("io.skep.store.sqlite.cfg", "max.log.bytes = 0");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (mounted && !run("umount", "-l", mount.toString())) {
                throw new IOException(mount + " cannot be unmounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
