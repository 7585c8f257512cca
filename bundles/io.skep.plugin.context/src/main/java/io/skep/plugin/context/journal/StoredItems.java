// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.api.Refusal;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Mark.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * Items that are read from their file as they are asked for, some at once. Unmodifiable; thread-safe. Fails with a {@link
 * Refusal} if the file is not there any more.
 */
final class StoredItems extends AbstractList<ContextItem> implements RandomAccess {
    private static final int CHUNK_ITEMS = 256;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;
    private final Ranges numbers;
    private final IntFunction<Place> places;
    private final View view;
    private Chunk chunk = new Chunk(0, List.of());

    private record Chunk(int from, List<ContextItem> items) {}

    StoredItems(Path file, View view, Ranges numbers, IntFunction<Place> places) {
        this.file = file;
        this.view = view;
        this.numbers = numbers;
        this.places = places;
    }

    @Override
    public int size() {
        return numbers.size();
    }

    @Override
    public synchronized ContextItem get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("no item " + index + " among " + size());
        }
        Chunk now = chunk;
        if (index < now.from() || index >= now.from() + now.items().size()) {
            now = read(index);
            chunk = now;
        }
        return now.items().get(index - now.from());
    }

    private Chunk read(int from) {
        List<Place> wanted = new ArrayList<>();
        long bytes = 0;
        for (int i = from; i < size() && wanted.size() < CHUNK_ITEMS && bytes < CHUNK_BYTES; i++) {
            Place place = places.apply(numbers.get(i));
            wanted.add(place);
            bytes += place.length();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            List<ContextItem> items = new ArrayList<>(wanted.size());
            ByteBuffer window = ByteBuffer.allocate(0);
            long begins = 0;
            for (int i = 0; i < wanted.size(); i++) {
                Place place = wanted.get(i);
                if (place.body() < begins || place.body() + place.length() > begins + window.limit()) {
                    begins = place.body();
                    window = LogFiles.read(channel, begins, span(wanted, i));
                }
                ByteBuffer body = window.duplicate();
                body.position((int) (place.body() - begins) + Index.ITEM_HEADER);
                items.add(ItemCodec.decode(body, view.pinned().get(numbers.get(from + i))));
            }
            return new Chunk(from, items);
        } catch (IOException | IllegalArgumentException gone) {
            throw Refusal.of(
                    Refusal.Reason.UNAVAILABLE,
                    "items of session " + view.meta().id() + " cannot be read: " + gone.getMessage());
        }
    }

    /** How many bytes are best read at once for this item and those that come after it. */
    private static int span(List<Place> wanted, int first) {
        long begins = wanted.get(first).body();
        long end = begins + wanted.get(first).length();
        for (Place next : wanted.subList(first + 1, wanted.size())) {
            long itsEnd = next.body() + next.length();
            if (next.body() < end || itsEnd - begins > CHUNK_BYTES) {
                break;
            }
            end = itsEnd;
        }
        return (int) (end - begins);
    }
}
