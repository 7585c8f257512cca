// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.util.Map;
import java.util.TreeMap;

/** A tally for each phase of a load; calls count for the phase in which they are begun. Thread-safe. */
public final class Phases {
    private final Map<String, Tally> tallies = new TreeMap<>();
    private volatile Tally now;

    /** Begins with a phase. */
    public Phases(String first) {
        now = new Tally();
        tallies.put(first, now);
    }

    /** The next phase, or one that was there before, goes on. */
    public synchronized void enter(String phase) {
        now = tallies.computeIfAbsent(phase, name -> new Tally());
    }

    /** The tally for a call that is begun now. */
    public Tally now() {
        return now;
    }

    /** What there is so far, by phase. */
    public synchronized Map<String, Tally.Report> reports() {
        Map<String, Tally.Report> reports = new TreeMap<>();
        tallies.forEach((phase, tally) -> reports.put(phase, tally.report()));
        return reports;
    }
}
