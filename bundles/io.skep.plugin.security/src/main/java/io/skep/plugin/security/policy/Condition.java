// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.net.InetAddress;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;

/** What must be so for a rule to hold. Immutable. */
sealed interface Condition {
    boolean holds(Context context);

    /** What must be so, to be read after "only". */
    String words();

    /**
     * A part of the day in a time zone, from {@code from} up to but without {@code to}. If {@code to} is not after
     * {@code from}, it is that time of the next day. The days are those on which it begins.
     */
    record Window(LocalTime from, LocalTime to, ZoneId zone, Set<DayOfWeek> days) implements Condition {
        public Window {
            days = Set.copyOf(days);
        }

        @Override
        public boolean holds(Context context) {
            ZonedDateTime now = context.at().atZone(zone);
            LocalTime time = now.toLocalTime();
            if (from.isBefore(to)) {
                return !time.isBefore(from) && time.isBefore(to) && days.contains(now.getDayOfWeek());
            }
            if (!time.isBefore(from)) {
                return days.contains(now.getDayOfWeek());
            }
            return time.isBefore(to) && days.contains(now.getDayOfWeek().minus(1));
        }

        @Override
        public String words() {
            return "from " + from + " to " + to + ' ' + zone
                    + (days.size() == 7 ? "" : " on " + days.stream().sorted().toList());
        }
    }

    /** The caller's address is in one of the ranges; an unknown one is in none. */
    record From(List<Cidr> ranges) implements Condition {
        public From {
            ranges = List.copyOf(ranges);
        }

        @Override
        public boolean holds(Context context) {
            InetAddress address = context.address();
            return address != null && ranges.stream().anyMatch(range -> range.contains(address));
        }

        @Override
        public String words() {
            return "from addresses in " + ranges;
        }
    }

    /** It is before an instant. */
    record Until(Instant end) implements Condition {
        @Override
        public boolean holds(Context context) {
            return context.at().isBefore(end);
        }

        @Override
        public String words() {
            return "until " + end;
        }
    }
}
