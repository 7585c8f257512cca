// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.LocalProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the processes of an attempt. On Linux by descent, session and mark; elsewhere by descent alone, which misses a
 * process whose parent has ended. Never names this server or what it runs under. Thread-safe.
 */
final class ProcessTable {
    /**
     * On Linux the JVM adds the time since boot to the time of boot in whole seconds, which moves a little when the
     * clock is set; so the same process may show times that differ by so much in two servers.
     */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private final @Nullable ProcFs procFs;
    private final Set<Long> own;

    /** @param procFs null where there is none */
    ProcessTable(@Nullable ProcFs procFs) {
        this.procFs = procFs;
        this.own = Stream.iterate(
                        Optional.of(ProcessHandle.current()),
                        Optional::isPresent,
                        process -> process.flatMap(ProcessHandle::parent))
                .flatMap(Optional::stream)
                .map(ProcessHandle::pid)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The one for this machine. */
    static ProcessTable ofThisMachine() {
        ProcFs procFs = new ProcFs(Path.of("/proc"));
        return new ProcessTable(procFs.isAvailable() ? procFs : null);
    }

    /** Whether sessions and marks are seen. */
    boolean seesSessions() {
        return procFs != null;
    }

    /** The tree of a program that this server has started. */
    ProcessTree treeOf(ProcessHandle root, boolean leadsSession, String mark) {
        long since = find(root.pid()).map(ProcFs.Entry::startTicks).orElse(0L);
        return new ProcessTree(root, leadsSession ? root.pid() : 0, since, mark);
    }

    /**
     * The tree of a program that an earlier server has started. Only while its process still lives are its session and
     * descendants known to be its own: the numbers may have been given to others since.
     */
    ProcessTree treeOf(@Nullable LocalProgram program, String mark) {
        ProcessHandle root = program == null
                ? null
                : ProcessHandle.of(program.pid())
                        .filter(process -> isSame(process, program.startedAt()))
                        .orElse(null);
        boolean leads = root != null
                && find(root.pid()).filter(e -> e.session() == e.pid()).isPresent();
        return new ProcessTree(root, root != null && leads ? root.pid() : 0, 0, mark);
    }

    /** The live processes of a tree, and those of {@code known}, earlier answers, that still live. */
    Set<ProcessHandle> members(ProcessTree tree, Collection<ProcessHandle> known) {
        Set<ProcessHandle> roots = new HashSet<>(known);
        if (tree.root() != null) {
            roots.add(tree.root());
        }
        roots.removeIf(process -> !isAlive(process));
        Set<ProcessHandle> members = procFs == null ? withDescendants(roots) : byProcFs(procFs, tree, pids(roots));
        members.removeIf(process -> own.contains(process.pid()) || !isAlive(process));
        return members;
    }

    /** Whether a process lives; one that only waits to be reaped does not. */
    boolean isAlive(ProcessHandle process) {
        return process.isAlive() && (procFs == null || find(process.pid()).isPresent());
    }

    private Set<ProcessHandle> byProcFs(ProcFs fs, ProcessTree tree, Set<Long> roots) {
        List<ProcFs.Entry> all = fs.list();
        Map<Long, List<Long>> children = new HashMap<>();
        List<Long> found = new ArrayList<>();
        for (ProcFs.Entry entry : all) {
            children.computeIfAbsent(entry.parent(), parent -> new ArrayList<>())
                    .add(entry.pid());
            boolean inSession = tree.session() != 0 && entry.session() == tree.session();
            boolean recent = entry.startTicks() >= tree.sinceTicks();
            if (roots.contains(entry.pid())
                    || inSession
                    || (recent && !own.contains(entry.pid()) && fs.hasMark(entry.pid(), tree.mark()))) {
                found.add(entry.pid());
            }
        }
        Set<Long> closed = new HashSet<>(found);
        for (int i = 0; i < found.size(); i++) {
            children.getOrDefault(found.get(i), List.of()).stream()
                    .filter(closed::add)
                    .forEach(found::add);
        }
        return found.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).collect(Collectors.toSet());
    }

    private static Set<ProcessHandle> withDescendants(Set<ProcessHandle> roots) {
        return roots.stream()
                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .collect(Collectors.toSet());
    }

    private static Set<Long> pids(Set<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private Optional<ProcFs.Entry> find(long pid) {
        return procFs == null ? Optional.empty() : procFs.find(pid);
    }

    private static boolean isSame(ProcessHandle process, Instant startedAt) {
        return process.info()
                .startInstant()
                .filter(start -> Duration.between(start, startedAt).abs().compareTo(START_TOLERANCE) <= 0)
                .isPresent();
    }
}
