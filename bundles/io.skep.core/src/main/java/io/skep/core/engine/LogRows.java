// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogStore;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The rows of the projection as the log has them, one shard in memory at a time. */
public final class LogRows implements StoreFiles.Source {
    private static final int CHUNK = 1000;

    private final LogStore log;

    /** Of that log. */
    public LogRows(LogStore log) {
        this.log = log;
    }

    @Override
    public void rows(int shard, Consumer<List<TaskRow>> sink) {
        List<TaskRow> rows = new ArrayList<>(CHUNK);
        new Recovery(log).read(shard, 0).unprojected().forEach(task -> {
            rows.add(Projector.row(task));
            if (rows.size() == CHUNK) {
                sink.accept(List.copyOf(rows));
                rows.clear();
            }
        });
        sink.accept(List.copyOf(rows));
    }
}
