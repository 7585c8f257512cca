// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The local administrator's token, made at the first start, and the agents' own. Thread-safe. A token of an agent is
 * found by its hash in a cache that is never trusted alone: the agent's record decides.
 */
public final class Tokens implements Access {
    private static final String FILE = "admin.token";
    private static final int MAX_TOKEN = 256;

    private final Engine engine;
    private final Path file;
    private final byte[] administratorHash;
    /** Replaced as a whole, never changed, so that no thread sees it while another fills it. */
    private volatile Map<String, String> agentsByHash = Map.of();

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

    @Override
    public Optional<Caller> authenticate(String bearerToken) {
        if (bearerToken.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        String hash = Secrets.hash(bearerToken);
        if (MessageDigest.isEqual(administratorHash, hash.getBytes(StandardCharsets.US_ASCII))) {
            return Optional.of(Caller.ADMINISTRATOR);
        }
        String agent = agentsByHash.get(hash);
        if (agent == null || !has(agent, hash)) {
            Map<String, String> fresh = new HashMap<>();
            for (AgentRuntime each : engine.agents().all()) {
                if (!each.record().secretHash().isEmpty()) {
                    fresh.put(each.record().secretHash(), each.id());
                }
            }
            agentsByHash = fresh;
            agent = fresh.get(hash);
        }
        return agent != null && has(agent, hash) ? Optional.of(new Caller(agent)) : Optional.empty();
    }

    @Override
    public Path administratorTokenFile() {
        return file;
    }

    private boolean has(String agent, String hash) {
        AgentRuntime runtime = engine.agents().find(agent);
        return runtime != null && runtime.record().secretHash().equals(hash);
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
