// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The licences of what others made, for people. The same parts give the same text. */
final class ThirdParty {
    /** Licences whose text need not come with every copy, or is that of the whole, which lies beside. */
    private static final Set<String> WITHOUT_TEXT = Set.of("Apache-2.0", "CC0-1.0", "blessing");

    private final Known known;
    private final StringBuilder text = new StringBuilder();
    private final Set<String> kept = new TreeSet<>();

    private record Found(Part part, String in) {}

    private ThirdParty(Known known) {
        this.known = known;
    }

    /**
     * The text.
     *
     * @throws IOException if a licence asks for its text, and the part does not have it and nobody has kept it
     */
    static String of(Known known, List<Part> parts) throws IOException {
        return new ThirdParty(known).write(parts);
    }

    private String write(List<Part> parts) throws IOException {
        text.append(
                        "What others made, and comes with Skep. Licences are named as SPDX does (spdx.org/licenses); the text of\n")
                .append(
                        "Apache-2.0 is in the file LICENSE. Written when Skep was built, from what is in this directory.\n");
        for (Found found : others(parts)) {
            line(found);
        }
        for (String file : kept) {
            text.append("\n------------------------------------------------------------------------------\n")
                    .append(read(file));
        }
        return text.toString();
    }

    private static List<Found> others(List<Part> parts) {
        List<Found> others = new ArrayList<>();
        for (Part part : parts) {
            if (!part.isOurs()) {
                others.add(new Found(part, part.where()));
            }
            part.parts().stream()
                    .flatMap(Part::all)
                    .map(within -> new Found(
                            within,
                            part.where()
                                    + (within.where().isEmpty() ? ", among its own files" : ", as " + within.where())))
                    .forEach(others::add);
        }
        others.sort(Comparator.comparing((Found found) -> found.part().name()).thenComparing(Found::in));
        return others;
    }

    private void line(Found found) throws IOException {
        Part part = found.part();
        text.append('\n').append(part.name()).append("\n  licence: ").append(part.licence());
        text.append("\n  in: ").append(found.in()).append('\n');
        if (!part.texts().isEmpty()) {
            text.append("  its own words: ")
                    .append(String.join(", ", part.texts()))
                    .append('\n');
        }
        String file = known.text(part.name());
        if (file != null) {
            kept.add(file);
            text.append("  text: below, ").append(file).append('\n');
        } else if (part.texts().isEmpty() && !WITHOUT_TEXT.contains(part.licence())) {
            throw new IOException(
                    part.name() + " has no text of its licence, " + part.licence() + ", and known.tsv names none");
        }
    }

    private static String read(String file) throws IOException {
        try (InputStream in = ThirdParty.class.getResourceAsStream("texts/" + file)) {
            if (in == null) {
                throw new IOException("there is no text " + file);
            }
            return file + "\n\n" + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
