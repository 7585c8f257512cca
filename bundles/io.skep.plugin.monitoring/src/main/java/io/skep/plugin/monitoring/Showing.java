// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.monitoring.figures.Board;
import io.skep.plugin.monitoring.figures.Figure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which figures are shown. Stateless. */
final class Showing {
    static final List<String> SECTIONS =
            List.of("core", "queues", "agents", "plugins", "store", "jvm", "objectives", "monitoring");
    private static final int MOST = 2_000;

    private Showing() {}

    /**
     * Which to show.
     *
     * @param section one of {@link #SECTIONS}; absent for all
     * @param name with which their names begin; absent for all
     */
    record FiguresRequest(
            @Nullable String section, @Nullable String name) {
        FiguresRequest {
            Inputs.oneOf("section", section, SECTIONS);
            Inputs.text("name", name, 200);
        }
    }

    /**
     * A figure.
     *
     * @param name as in {@code /metrics}
     * @param labels which of them it is
     * @param value in its unit
     * @param unit of the value
     * @param window what it covers: {@code now}, so many seconds back ({@code 60s}), or {@code start}: since this version of
     *     the plugin follows the events, or what it is of has been there
     */
    record Shown(String name, Map<String, String> labels, double value, String unit, String window) {}

    /**
     * What is shown.
     *
     * @param at when that was so, ISO 8601
     * @param figures at most 2,000
     * @param left how many more there are
     */
    record Shows(String at, List<Shown> figures, int left) {}

    static Shows figures(FiguresRequest asked, Board board) {
        if (board.figures().isEmpty()) {
            throw new Declination("nothing was looked at yet; ask again");
        }
        List<Shown> all = board.figures().stream()
                .filter(figure ->
                        asked.section() == null || figure.meaning().section().equals(asked.section()))
                .filter(figure -> asked.name() == null || figure.name().startsWith(asked.name()))
                .map(Showing::shown)
                .toList();
        int shown = Math.min(MOST, all.size());
        return new Shows(board.at().toString(), all.subList(0, shown), all.size() - shown);
    }

    private static Shown shown(Figure figure) {
        return new Shown(
                figure.name(), figure.labels(), figure.value(), figure.meaning().unit(), figure.window());
    }
}
