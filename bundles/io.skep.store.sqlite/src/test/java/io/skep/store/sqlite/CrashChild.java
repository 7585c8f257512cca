// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.skep.api.store.ShardLease;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Appends for ever, and prints each record when it is acknowledged, until it is killed. */
final class CrashChild {
    private static final int IN_FLIGHT = 64;

    private CrashChild() {}

    static byte[] body(int shard, long seq) {
        return ("shard " + shard + " record " + seq + " ")
                .repeat((int) (1 + seq % 40))
                .getBytes(UTF_8);
    }

    @SuppressWarnings("InfiniteLoopStatement")
    public static void main(String[] arguments) throws IOException {
        SqliteStore store = Stores.open(Path.of(arguments[0]));
        ShardLease[] leases = new ShardLease[Stores.SHARDS];
        long[] next = new long[Stores.SHARDS];
        for (int shard = 0; shard < leases.length; shard++) {
            leases[shard] = store.acquire(shard);
            next[shard] = store.lastSeq(shard) + 1;
        }
        Deque<CompletionStage<Void>> pending = new ArrayDeque<>();
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (int i = 0; ; i++) {
                int shard = i % leases.length;
                long seq = next[shard]++;
                pending.add(store.append(leases[shard], seq, List.of(body(shard, seq)))
                        .thenRun(() -> print(out, shard + " " + seq + ".\n")));
                if (pending.size() > IN_FLIGHT) {
                    Stores.done(pending.remove());
                }
            }
        }
    }

    private static void print(FileOutputStream out, String line) {
        try {
            out.write(line.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
