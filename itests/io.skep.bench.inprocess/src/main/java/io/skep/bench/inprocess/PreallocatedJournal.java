// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A file filled with zeros beforehand, to which one thread writes whatever is there and forces it to the disk. It cannot
 * be read again and begins anew when it is full: a limit, not a store.
 */
final class PreallocatedJournal implements BareAppends.Target, AutoCloseable {
    private static final int BYTES = 64 << 20;
    private static final int MAX_WRITE = 4 << 20;
    private static final int HEADER = 8;

    private final Path file;
    private final FileChannel channel;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_WRITE);
    private final Thread writer = new Thread(this::write, "skep-bench-journal");
    private long position;

    private record Pending(List<byte[]> records, CompletableFuture<Void> durable) {}

    PreallocatedJournal(Path directory) throws IOException {
        file = Files.createTempFile(directory, "bench-journal", "");
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        for (long filled = 0; filled < BYTES; filled += MAX_WRITE) {
            buffer.clear();
            channel.write(buffer, filled);
        }
        channel.force(true);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public CompletionStage<Void> append(int shard, List<byte[]> batch) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        queue.add(new Pending(batch, durable));
        return durable;
    }

    @SuppressWarnings("NullAway") // a stage of Void completes with null
    private void write() {
        List<Pending> group = new ArrayList<>();
        try {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group);
                buffer.clear();
                for (Pending pending : group) {
                    for (byte[] record : pending.records()) {
                        put(record);
                    }
                }
                flush();
                channel.force(false);
                group.forEach(pending -> pending.durable().complete(null));
                group.clear();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            group.forEach(pending -> pending.durable().completeExceptionally(failure));
        }
    }

    private void put(byte[] record) throws IOException {
        if (buffer.remaining() < record.length + HEADER) {
            flush();
        }
        buffer.putInt(record.length).putInt(record[0]).put(record);
    }

    private void flush() throws IOException {
        buffer.flip();
        if (position + buffer.remaining() > BYTES) {
            position = 0;
        }
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        writer.interrupt();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
        Files.delete(file);
    }
}
