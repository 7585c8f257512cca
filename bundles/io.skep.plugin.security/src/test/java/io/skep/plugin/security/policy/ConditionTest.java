// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
    private static final Set<DayOfWeek> ALL = EnumSet.allOf(DayOfWeek.class);

    private static Condition window(String from, String to, String zone, Set<DayOfWeek> days) {
        return new Condition.Window(LocalTime.parse(from), LocalTime.parse(to), ZoneId.of(zone), days);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-04T07:59:59.999Z, false",
        "2026-03-04T08:00:00Z, true",
        "2026-03-04T17:59:59.999Z, true",
        "2026-03-04T18:00:00Z, false",
    })
    void windowOfTheDay_includesItsBegin_notItsEnd(String instant, boolean holds) {
        assertThat(window("08:00", "18:00", "UTC", ALL).holds(Policies.at(instant)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-04T21:59:59Z, false",
        "2026-03-04T22:00:00Z, true",
        "2026-03-05T00:00:00Z, true",
        "2026-03-05T05:59:59Z, true",
        "2026-03-05T06:00:00Z, false",
    })
    void windowOvernight_goesOverMidnight(String instant, boolean holds) {
        assertThat(window("22:00", "06:00", "UTC", ALL).holds(Policies.at(instant)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        // The fourth of March 2026 is a Wednesday.
        "2026-03-03T23:00:00Z, false",
        "2026-03-04T05:00:00Z, false",
        "2026-03-04T23:00:00Z, true",
        "2026-03-05T05:00:00Z, true",
        "2026-03-05T23:00:00Z, false",
        "2026-03-06T05:00:00Z, false",
    })
    void daysOfAnOvernightWindow_areThoseOnWhichItBegins(String instant, boolean holds) {
        Condition night = window("22:00", "06:00", "UTC", Set.of(DayOfWeek.WEDNESDAY));
        assertThat(night.holds(Policies.at(instant))).isEqualTo(holds);
        Condition day = window("01:00", "23:30", "UTC", Set.of(DayOfWeek.WEDNESDAY));
        assertThat(day.holds(Policies.at(instant))).isEqualTo(instant.startsWith("2026-03-04"));
    }

    @Test
    void window_followsTheClocksOfItsZone() {
        Condition window = window("08:00", "18:00", "Europe/Berlin", ALL);
        assertThat(window.holds(Policies.at("2026-01-15T07:00:00Z"))).isTrue();
        assertThat(window.holds(Policies.at("2026-07-15T06:00:00Z"))).isTrue();
        assertThat(window.holds(Policies.at("2026-01-15T06:00:00Z"))).isFalse();
    }

    @Test
    void until_endsAtTheInstant() {
        Condition until = new Condition.Until(Instant.parse("2026-03-04T12:00:00Z"));
        assertThat(until.holds(Policies.at("2026-03-04T11:59:59.999999999Z"))).isTrue();
        assertThat(until.holds(Policies.at("2026-03-04T12:00:00Z"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.1.128.0/17, 10.1.128.0, true",
        "10.1.128.0/17, 10.1.127.255, false",
        "10.1.0.0/17, 10.1.127.255, true",
        "10.1.0.0/17, 10.1.128.0, false",
        "192.0.2.7/32, 192.0.2.7, true",
        "192.0.2.7/32, 192.0.2.6, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 10.0.0.1, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
    })
    void range_hasWhatSharesItsPrefix(String range, String address, boolean has) {
        assertThat(Cidr.of(range).contains(Policies.address(address))).isEqualTo(has);
    }

    @Test
    void range_agreesWithArithmetic_forRandomOnes() {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            int prefix = random.nextInt(33);
            long mask = prefix == 0 ? 0 : 0xffffffffL << (32 - prefix) & 0xffffffffL;
            long network = random.nextInt() & mask;
            long address = random.nextBoolean() ? random.nextInt() & 0xffffffffL : network ^ 1L << random.nextInt(32);
            assertThat(Cidr.of(dotted(network) + '/' + prefix).contains(Policies.address(dotted(address))))
                    .as("%s/%s %s", dotted(network), prefix, dotted(address))
                    .isEqualTo((address & mask) == network);
        }
    }

    private static String dotted(long bits) {
        return (bits >> 24 & 255) + "." + (bits >> 16 & 255) + '.' + (bits >> 8 & 255) + '.' + (bits & 255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0.0/08",
                "10.0.0/8",
                "010.0.0.0/8",
                "256.0.0.0/8",
                "localhost/8",
                "/8",
                "10.0.0.0/-1",
                "::1/127",
                "::/129",
                ":::/8",
                "fe80::1%eth0/128",
                "10.0.0.0/8/8",
                "1.2.3.4.5/8",
                "::ffff:10.0.0.0/104",
                "10.0.0.0/+8",
                "example.com:80/8"
            })
    void whatIsNoRange_isRefused(String text) {
        assertThatThrownBy(() -> Cidr.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownAddress_isInNoRange() {
        Condition from = new Condition.From(List.of(Cidr.of("0.0.0.0/0"), Cidr.of("::/0")));
        assertThat(from.holds(Policies.CONTEXT)).isFalse();
        assertThat(from.holds(Policies.from("::1"))).isTrue();
        assertThat(from.holds(Policies.from("127.0.0.1"))).isTrue();
    }

    @Test
    void words_sayWhatMustBe() {
        assertThat(window("22:00", "06:00", "UTC", ALL).words()).isEqualTo("from 22:00 to 06:00 UTC");
        assertThat(window("22:00", "06:00", "UTC", Set.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY))
                        .words())
                .isEqualTo("from 22:00 to 06:00 UTC on [MONDAY, FRIDAY]");
        assertThat(new Condition.From(List.of(Cidr.of("10.0.0.0/8"))).words())
                .isEqualTo("from addresses in [10.0.0.0/8]");
        assertThat(new Condition.Until(Instant.EPOCH).words()).isEqualTo("until 1970-01-01T00:00:00Z");
    }

    /** Java would take them for names of hosts, and ask somebody. */
    @ParameterizedTest
    @ValueSource(strings = {"999.1.1.1/8", "1.2.3.256/32", ".:/0", ".1:2/8"})
    void whatOnlyLooksLikeAnAddress_isRefused_withoutLookingItUp(String range) {
        assertThatThrownBy(() -> Cidr.of(range)).hasMessage("is no address").hasNoCause();
    }
}
