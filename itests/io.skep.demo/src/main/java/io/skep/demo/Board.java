// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows how it goes: a line for each change and, on a terminal, a last line that is always up to date. */
final class Board {
    private static final int WIDTH = 110;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean live;
    private final long begun = System.nanoTime();
    private final Map<String, String> seen = new HashMap<>();

    /**
     * @param live whether the last line may be overwritten
     */
    Board(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** One line about what happens. */
    void say(String line) {
        out.println((live ? ERASE : "") + clock() + "  " + line);
        out.flush();
    }

    /** What has changed since the last time. */
    void show(Collection<TaskView> tasks) {
        for (TaskView task : tasks) {
            String now = task.state() + "/" + task.attempts();
            String before = seen.put(task.id(), now);
            if (!now.equals(before)) {
                describe(task);
            }
        }
        if (live) {
            out.print(ERASE + cut(clock() + "  " + status(tasks), WIDTH));
            out.flush();
        }
    }

    private void describe(TaskView task) {
        if (task.hasEnded()) {
            say(cut(String.format("%-12s %s: %s", task.name(), task.state(), task.headline()), WIDTH));
        } else if (task.state().equals("working")) {
            String again = task.attempts() > 1 ? ", attempt " + task.attempts() : "";
            say(String.format("%-12s working: agent %s%s", task.name(), task.agent(), again));
        }
    }

    private static String status(Collection<TaskView> tasks) {
        long ended = tasks.stream().filter(TaskView::hasEnded).count();
        List<String> working = tasks.stream()
                .filter(task -> task.state().equals("working"))
                .map(TaskView::name)
                .toList();
        return ended + " of " + tasks.size() + " done" + (working.isEmpty() ? "" : ", at work: " + working);
    }

    /** The table at the end. */
    void table(List<TaskView> tasks) {
        out.print(live ? ERASE : "");
        String rows = tasks.stream()
                .map(task -> cut(
                        String.format(
                                "%-12s %-9s %8d %8s %8s  %s",
                                task.name(),
                                task.agent(),
                                task.attempts(),
                                task.waited().map(Board::seconds).orElse("-"),
                                task.ran().map(Board::seconds).orElse("-"),
                                task.isCompleted() ? task.headline() : task.state() + ": " + task.headline()),
                        WIDTH))
                .collect(Collectors.joining(System.lineSeparator()));
        out.println();
        out.println(String.format("%-12s %-9s %8s %8s %8s  %s", "TASK", "AGENT", "ATTEMPTS", "WAIT", "RUN", "RESULT"));
        out.println(rows);
        out.println();
        out.flush();
    }

    /** A line without the clock. */
    void print(String line) {
        out.println(line);
        out.flush();
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }

    private String clock() {
        return String.format(Locale.ROOT, "%5.1f s", (System.nanoTime() - begun) / 1e9);
    }

    private static String cut(String line, int width) {
        return line.codePointCount(0, line.length()) <= width
                ? line
                : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
    }
}
