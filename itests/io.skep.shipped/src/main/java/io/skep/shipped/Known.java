// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of jars that do not say it of themselves, from {@code known.tsv}. Immutable. */
final class Known {
    private static final String ANY = "*";

    private final List<Line> licences = new ArrayList<>();
    private final List<Line> groups = new ArrayList<>();
    private final List<Line> texts = new ArrayList<>();
    private final List<Line> contents = new ArrayList<>();

    private record Line(String of, List<String> says) {
        boolean fits(String name) {
            return of.endsWith(ANY) ? name.startsWith(of.substring(0, of.length() - 1)) : name.equals(of);
        }
    }

    /**
     * Classes of another library among those of a jar.
     *
     * @param name group and artifact, with a colon between
     * @param version where the jar says it, see {@code known.tsv}
     * @param licence an expression of SPDX
     */
    record Content(String name, String version, String licence) {}

    private Known(List<String> lines) throws IOException {
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = List.of(line.split("\t"));
            Line read = new Line(cells.get(1), cells.subList(2, cells.size()));
            switch (cells.get(0)) {
                case "licence" -> licences.add(read);
                case "group" -> groups.add(read);
                case "text" -> texts.add(read);
                case "contains" -> contents.add(read);
                default -> throw new IOException("known.tsv: " + line);
            }
        }
    }

    static Known read() throws IOException {
        try (InputStream in = Objects.requireNonNull(Known.class.getResourceAsStream("known.tsv"))) {
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static Known of(String text) throws IOException {
        return new Known(text.lines().toList());
    }

    /** The licence, as somebody has looked it up; null if nobody has. */
    @Nullable
    String licence(Part.Name name) {
        return first(licences, name.group() + ':' + name.artifact());
    }

    /** The group of an artifact whose jar does not say it. */
    @Nullable
    String group(String artifact) {
        return first(groups, artifact);
    }

    /** The file in which we keep the text of its licence; null if none is kept. */
    @Nullable
    String text(Part.Name name) {
        return first(texts, name.group() + ':' + name.artifact());
    }

    List<Content> contents(Part.Name host) {
        return contents.stream()
                .filter(line -> line.fits(host.group() + ':' + host.artifact()))
                .map(line -> new Content(
                        line.says().get(0), line.says().get(1), line.says().get(2)))
                .toList();
    }

    private static @Nullable String first(List<Line> lines, String name) {
        return lines.stream()
                .filter(line -> line.fits(name))
                .map(line -> line.says().get(0))
                .findFirst()
                .orElse(null);
    }
}
