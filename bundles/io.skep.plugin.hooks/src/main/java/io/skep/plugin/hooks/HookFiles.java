// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.yaml.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hooks in the YAML files of one directory: each file is one hook, or {@code hooks:} with a list of them. A file that is
 * no good is named with its reason, and its last good content holds. Used by one thread at a time.
 */
final class HookFiles {
    private static final int MAX_FILES = 100;
    private static final int MAX_BYTES = 131_072;
    private static final Yaml.Limits LIMITS = new Yaml.Limits("it", MAX_BYTES, 10_000, 20);

    private final @Nullable Path directory;
    private final Codec codec;
    private Map<Path, Known> known = Map.of();

    /** A file that is no good. */
    record Bad(String file, String reason) {}

    /** What is there, in the order of the files' names. */
    record Look(Map<String, List<HookSpec>> byFile, List<Bad> bad) {}

    private record Known(
            List<Object> stamp,
            List<HookSpec> hooks,
            @Nullable String reason) {}

    HookFiles(@Nullable Path directory, Codec codec) {
        this.directory = directory;
        this.codec = codec;
    }

    /** Looks; files that are as they were are not read again. A directory that is not there is empty. */
    Look look() {
        Map<String, List<HookSpec>> hooks = new java.util.TreeMap<>();
        List<Bad> bad = new ArrayList<>();
        Map<Path, Known> now = new HashMap<>();
        for (Path file : files(bad)) {
            Known read = known(file);
            now.put(file, read);
            String name = EventNames.shown(file.getFileName().toString());
            hooks.put(name, read.hooks());
            if (read.reason() != null) {
                bad.add(new Bad(name, read.reason()));
            }
        }
        known = now;
        return new Look(hooks, bad);
    }

    private List<Path> files(List<Bad> bad) {
        if (directory == null || !Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(file -> file.getFileName().toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .limit(MAX_FILES + 1L)
                    .toList();
            if (files.size() > MAX_FILES) {
                bad.add(new Bad(".", "it has more than " + MAX_FILES + " files; the others are not looked at"));
                return files.subList(0, MAX_FILES);
            }
            return files;
        } catch (IOException unreadable) {
            bad.add(new Bad(".", "the directory cannot be read"));
            // A moment's trouble takes no hook away.
            return known.keySet().stream().sorted().toList();
        }
    }

    private Known known(Path file) {
        Known before = known.get(file);
        List<HookSpec> last = before == null ? List.of() : before.hooks();
        List<Object> stamp = List.of();
        try {
            stamp = List.of(Files.getLastModifiedTime(file), Files.size(file));
            return before != null && before.stamp().equals(stamp) ? before : new Known(stamp, read(file), null);
        } catch (Declination wrong) {
            return new Known(stamp, last, wrong.getMessage());
        } catch (IOException wrong) {
            return new Known(stamp, last, "it cannot be read as UTF-8");
        }
    }

    private List<HookSpec> read(Path file) throws IOException {
        Object said = Yaml.read(text(file), LIMITS);
        if (!(said instanceof Map<?, ?> map)) {
            throw new Declination("it must be one hook, or \"hooks\" with a list of them");
        }
        if (!map.containsKey("hooks")) {
            return List.of(hook(map));
        }
        if (!(map.get("hooks") instanceof List<?> list) || map.size() > 1) {
            throw new Declination("\"hooks\" must be a list, and nothing may stand beside it");
        }
        List<HookSpec> hooks = new ArrayList<>();
        for (Object one : list) {
            hooks.add(hook(one));
        }
        return List.copyOf(hooks);
    }

    private HookSpec hook(@Nullable Object said) {
        if (!(said instanceof Map<?, ?>)) {
            throw new Declination("a hook must be a map");
        }
        return codec.read(codec.write(said), HookSpec.class).valid();
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new Declination("it has more than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
