// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.engine.Engine;
import io.skep.core.state.AgentRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The local administrator's token, made at the first start, and the agents' own, of which only hashes are kept. Thread-safe. */
public final class Tokens {
    private static final String FILE = "admin.token";
    private static final int MAX_TOKEN = 256;

    private final Engine engine;
    private final Path file;
    private final byte[] administratorHash;

    /** Reads the administrator's token from {@code directory}, or makes it. */
    public Tokens(Engine engine, Path directory, Secrets secrets) throws IOException {
        this.engine = engine;
        this.file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            write(file, secrets.make());
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException(file + " is empty; delete it to have a new token made");
        }
        administratorHash = Secrets.hash(token).getBytes(StandardCharsets.US_ASCII);
    }

    /** The caller with that bearer token; empty if nobody has it. Answers from memory. */
    public Optional<Caller> authenticate(String bearerToken) {
        if (bearerToken.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        String hash = Secrets.hash(bearerToken);
        if (MessageDigest.isEqual(administratorHash, hash.getBytes(StandardCharsets.US_ASCII))) {
            return Optional.of(Caller.ADMINISTRATOR);
        }
        AgentRuntime agent = engine.agents().ofSecret(hash);
        if (agent == null || agent.record().secretHash().equals(hash)) {
            return Optional.ofNullable(agent).map(its -> caller(its, null));
        }
        return former(agent, hash);
    }

    /** A version that was replaced may come in as long as it holds an attempt. */
    private Optional<Caller> former(AgentRuntime agent, String hash) {
        List<Instant> assignedAt = engine.state().assignedAt(agent.heldTasks());
        return AgentRecord.holding(agent.record().formers(), assignedAt).stream()
                .filter(former -> former.secretHash().equals(hash))
                .map(former -> caller(agent, former.until()))
                .findFirst();
    }

    private static Caller caller(AgentRuntime agent, @Nullable Instant replacedAt) {
        return new Caller(Principal.agent(agent.id(), agent.record().spec().owner()), replacedAt, null);
    }

    /** The file with the local administrator's token, readable by its owner alone. */
    public Path administratorTokenFile() {
        return file;
    }

    /** Written beside and moved, so that nobody ever sees half of it or may read it but its owner. */
    private static void write(Path file, String token) throws IOException {
        Path part = file.resolveSibling(FILE + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, token + "\n", StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
