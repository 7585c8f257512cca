// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A key and a pseudonym for each person that events are about, in one file outside the log. Destroying the key makes what
 * was encrypted with it unreadable and the pseudonym that of nobody, while the log stays as it is. A new key is durable
 * before it is used. The file has a line {@code PERSON PSEUDONYM KEY} each, the first and last in Base64; only its owner
 * may read it. Backups of this file keep what was erased, and so may the blocks of a disk that were released: it belongs on
 * an encrypted disk and in no long-kept backup. Thread-safe; one process at a time.
 */
public final class SubjectKeys {
    private static final int KEY_BYTES = 32;
    private static final int PSEUDONYM_BYTES = 16;

    private final Path file;
    private final int most;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, SubjectKey> keys = new ConcurrentHashMap<>();
    private final Map<String, SubjectKey> byPseudonym = new ConcurrentHashMap<>();

    /**
     * Reads the keys of a file, which need not be there yet.
     *
     * @param most persons it may have; beyond that events about new ones are refused
     * @throws IOException if it cannot be read, or is not as it was written
     */
    public SubjectKeys(Path file, int most) throws IOException {
        this.file = file;
        this.most = most;
        if (Files.exists(file)) {
            String text = Files.readString(file);
            // A line without its end was being written when the process died, and no event has used its key.
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            for (String line : whole.split("\n")) {
                if (!line.isEmpty()) {
                    put(parse(line));
                }
            }
            if (!whole.equals(text)) {
                rewrite();
            }
        } else {
            rewrite();
        }
    }

    private SubjectKey parse(String line) throws IOException {
        String[] parts = line.split(" ");
        try {
            byte[] key = Base64.getDecoder().decode(parts[parts.length - 1]);
            if (parts.length == 3 && key.length == KEY_BYTES) {
                String person = new String(Base64.getDecoder().decode(parts[0]), StandardCharsets.UTF_8);
                return new SubjectKey(person, parts[1], key);
            }
        } catch (IllegalArgumentException unreadable) {
            throw new IOException(file + " is damaged", unreadable);
        }
        throw new IOException(file + " is damaged");
    }

    /** The key of a person, if there is one. */
    @Nullable
    SubjectKey find(String person) {
        return keys.get(person);
    }

    /** The person whom a pseudonym stands for; empty if it is none, or they were erased. */
    public Optional<String> person(String pseudonym) {
        SubjectKey key = ofPseudonym(pseudonym);
        return key == null ? Optional.empty() : Optional.of(key.person());
    }

    /** The key that belongs to a pseudonym; null once it is destroyed. */
    @Nullable
    SubjectKey ofPseudonym(String pseudonym) {
        return byPseudonym.get(pseudonym);
    }

    /** The key of a person, made if there is none. */
    SubjectKey get(String person) throws IOException {
        SubjectKey known = keys.get(person);
        return known == null ? create(person) : known;
    }

    private synchronized SubjectKey create(String person) throws IOException {
        SubjectKey known = keys.get(person);
        if (known != null) {
            return known;
        }
        if (keys.size() >= most) {
            throw new IOException("there are keys of " + most + " persons, which is the limit");
        }
        byte[] key = new byte[KEY_BYTES];
        byte[] pseudonym = new byte[PSEUDONYM_BYTES];
        random.nextBytes(key);
        random.nextBytes(pseudonym);
        SubjectKey made = new SubjectKey(person, "person-" + Hashes.HEX.formatHex(pseudonym), key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            Disk.write(channel, ByteBuffer.wrap(made.line().getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        }
        put(made);
        return made;
    }

    private void put(SubjectKey key) {
        keys.put(key.person(), key);
        byPseudonym.put(key.pseudonym(), key);
    }

    /**
     * Destroys the key of a person: nothing about them can be read from the log any more.
     *
     * @return whether there was one
     * @throws IOException if the file could not be written; then the key may still be in it
     */
    public synchronized boolean erase(String person) throws IOException {
        SubjectKey key = keys.remove(person);
        if (key == null) {
            return false;
        }
        byPseudonym.remove(key.pseudonym());
        rewrite();
        return true;
    }

    private void rewrite() throws IOException {
        StringBuilder text = new StringBuilder();
        keys.values().forEach(key -> text.append(key.line()));
        Disk.replacePrivate(file, text.toString());
    }
}
