// SPDX-License-Identifier: Apache-2.0
package io.skep.core.flags;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file with the flags: lines {@code key = value}. Whoever else edits it keeps every comment and every other line. */
final class FlagsFile {
    private final Path file;

    FlagsFile(Path file) {
        this.file = file;
    }

    /** Every key with its value; empty if there is no file. */
    Map<String, String> read() throws IOException {
        Map<String, String> values = new TreeMap<>();
        if (Files.exists(file)) {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
            properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        }
        return values;
    }

    /** Sets a value or, with null, takes it away; the file is replaced as a whole, and durable on return. */
    void set(String key, @Nullable String value) throws IOException {
        List<String> lines = Files.exists(file)
                ? new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8))
                : new ArrayList<>();
        Pattern own = Pattern.compile("\\s*" + Pattern.quote(key) + "\\s*[=:\\s].*");
        int at = -1;
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (own.matcher(lines.get(i)).matches()) {
                lines.remove(i);
                at = i;
            }
        }
        if (value != null) {
            lines.add(at < 0 ? lines.size() : at, key + " = " + value);
        }
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        Files.write(part, lines, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
