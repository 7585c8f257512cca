// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks the files of a log that nobody need be running: every event's hash, the chain, the Merkle roots, every signature,
 * and that nothing is missing between. It needs a Java runtime, the files and the public key.
 *
 * <p>Found without more: an event that was changed, taken away, put elsewhere or repeated, a file that was cut or put in
 * place of another, and a tail that was rewritten with hashes that fit, if a signed checkpoint covers any of it. What only
 * somebody outside can find: that the newest events or segments are gone together with all checkpoints of them, or that
 * those after the last checkpoint were rewritten. For that, a checkpoint that was kept elsewhere is given as a witness.
 */
public final class Verifier {
    private static final String USAGE = """
            usage: Verifier ROOT CHECKPOINTS KEY [WITNESS]...
              ROOT         directory of the log
              CHECKPOINTS  directory of its checkpoints
              KEY          verifier key, or a file with it
              WITNESS      file of a checkpoint that was kept elsewhere""";

    private final Directory directory;
    private final VerifyingKey key;
    private final Map<Long, NavigableMap<Long, Checkpoint>> checkpoints = new TreeMap<>();
    private final Map<Long, NavigableMap<Long, Checkpoint>> witnesses = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private long next = 1;
    private String prev = Line.ZERO;
    private long segments;
    private long events;
    private long signed;

    private Verifier(Directory directory, VerifyingKey key) {
        this.directory = directory;
        this.key = key;
    }

    /**
     * Checks a log.
     *
     * @param root directory of the log
     * @param checkpoints directory of its checkpoints
     * @param key that has signed them
     * @param witnesses files of checkpoints that were kept elsewhere
     * @throws IOException if something cannot be read
     */
    public static Verification verify(Path root, Path checkpoints, VerifyingKey key, List<Path> witnesses)
            throws IOException {
        Verifier verifier = new Verifier(new Directory(root, checkpoints), key);
        Verification.Problem problem = null;
        try {
            verifier.check(witnesses);
        } catch (BadLogException bad) {
            problem = bad.problem();
        } catch (AuditCorruptException bad) {
            problem = new Verification.Problem("segments", 0, String.valueOf(bad.getMessage()));
        }
        return new Verification(
                problem, verifier.segments, verifier.events, verifier.next - 1, verifier.signed, verifier.notes);
    }

    private void check(List<Path> witnessFiles) throws IOException, BadLogException {
        for (Path file : Disk.list(directory.checkpoints(), Directory.CHECKPOINT)) {
            Checkpoint read = put(checkpoints, file);
            if (!read.fileName().equals(String.valueOf(file.getFileName()))) {
                throw new BadLogException(file, 0, "it is the checkpoint " + read.fileName());
            }
        }
        for (Path file : witnessFiles) {
            put(witnesses, file);
        }
        List<Long> removed = directory.removed();
        for (long first : removed) {
            tombstone(first);
        }
        TreeSet<Long> firsts = new TreeSet<>(directory.firsts());
        firsts.removeAll(removed);
        for (long first : firsts) {
            segment(first, first != firsts.last());
        }
        ends();
    }

    private Checkpoint put(Map<Long, NavigableMap<Long, Checkpoint>> to, Path file)
            throws IOException, BadLogException {
        Checkpoint read = Checkpoint.open(Note.read(file), key);
        if (read == null) {
            throw new BadLogException(file, 0, "it is no checkpoint that the key has signed");
        }
        to.computeIfAbsent(read.first(), none -> new TreeMap<>()).put(read.size(), read);
        return read;
    }

    private void tombstone(long first) throws IOException, BadLogException {
        Path file = directory.tombstone(first);
        Tombstone tombstone = directory.tombstone(first, key);
        if (tombstone == null || tombstone.closing().first() != first) {
            throw new BadLogException(file, 0, "it is no tombstone of that segment that the key has signed");
        }
        if (first != next || !tombstone.prev().equals(prev)) {
            throw new BadLogException(file, next, "the segment does not follow the one before it");
        }
        Checkpoint closing = tombstone.closing();
        for (Checkpoint witness : witnesses.getOrDefault(first, new TreeMap<>()).values()) {
            if (witness.size() > closing.size()
                    || (witness.size() == closing.size()
                            && !SegmentCheck.said(witness).equals(SegmentCheck.said(closing)))) {
                throw new BadLogException(file, first, "the removed segment is not that of the witness");
            }
            notes.add("segment " + first + " was removed by retention; of the witness only its size was compared");
        }
        witnesses.remove(first);
        // Left by a removal that was interrupted; the tombstone says what they said.
        checkpoints.remove(first);
        next = tombstone.next();
        prev = closing.chain();
        signed = next - 1;
    }

    private void segment(long first, boolean follows) throws IOException, BadLogException {
        if (first != next) {
            throw new BadLogException(directory.segment(first), next, "the segment that begins here is missing");
        }
        NavigableMap<Long, Checkpoint> own = checkpoints.getOrDefault(first, new TreeMap<>());
        NavigableMap<Long, Checkpoint> others = witnesses.getOrDefault(first, new TreeMap<>());
        SegmentCheck check = new SegmentCheck(directory, first, prev, own, others.keySet());
        check.run(follows, directory.index(first));
        for (Checkpoint witness : others.values()) {
            if (!check.agrees(witness)) {
                long event = Math.min(check.next(), first + witness.size());
                throw new BadLogException(
                        directory.segment(first),
                        event,
                        "the witness has seen " + witness.size() + " other events than are here now");
            }
        }
        checkpoints.remove(first);
        witnesses.remove(first);
        next = check.next();
        prev = check.prev();
        segments++;
        events += check.size();
        signed = own.isEmpty() ? signed : first + own.lastKey() - 1;
    }

    private void ends() throws BadLogException {
        for (long first : checkpoints.keySet()) {
            throw new BadLogException(
                    directory.segment(first), first, "there are checkpoints of it, but it is missing");
        }
        for (long first : witnesses.keySet()) {
            throw new BadLogException(directory.segment(first), first, "the witness has seen it, but it is missing");
        }
        if (segments == 0) {
            throw new BadLogException(directory.segments(), 0, "there is no segment");
        }
    }

    /** Checks a log and ends with 0 if it is intact, 1 if it is not, and 2 if it could not be checked. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(arguments, out));
    }

    static int run(String[] arguments, PrintStream out) {
        if (arguments.length < 3) {
            out.println(USAGE);
            return 2;
        }
        try {
            String encoded =
                    Files.isRegularFile(Path.of(arguments[2])) ? Files.readString(Path.of(arguments[2])) : arguments[2];
            List<Path> witnesses = new ArrayList<>();
            for (int i = 3; i < arguments.length; i++) {
                witnesses.add(Path.of(arguments[i]));
            }
            Verification found =
                    verify(Path.of(arguments[0]), Path.of(arguments[1]), VerifyingKey.parse(encoded), witnesses);
            print(found, out);
            return found.isIntact() ? 0 : 1;
        } catch (IOException | IllegalArgumentException failed) {
            out.println("could not be checked: " + failed);
            return 2;
        }
    }

    private static void print(Verification found, PrintStream out) {
        found.notes().forEach(note -> out.println("note: " + note));
        out.println(found.segments() + " segments, " + found.events() + " events, the last is " + found.last()
                + ", signed up to " + found.signed());
        out.println(found.isIntact() ? "intact" : "NOT INTACT: " + found.problem());
    }
}
