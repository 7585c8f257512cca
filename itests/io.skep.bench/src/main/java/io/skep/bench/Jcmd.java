// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a server's JVM about itself, by the JDK's {@code jcmd}. */
public final class Jcmd {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");
    private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");
    private static final Pattern THREAD = Pattern.compile("(?m)^\"([^\"]*)\" #");

    private final long pid;

    private Jcmd(long pid) {
        this.pid = pid;
    }

    /** For a server that runs. */
    public static Jcmd of(SkepServer server) throws IOException, InterruptedException {
        return new Jcmd(server.pid().orElseThrow(() -> new IOException("No server runs in " + server.home())));
    }

    /** Bytes of the objects that are left after a full collection. */
    public long liveBytes() throws IOException, InterruptedException {
        return liveBytes(run("GC.class_histogram"));
    }

    /** Bytes of metaspace in use, after a full collection. */
    public long metaspaceBytes() throws IOException, InterruptedException {
        run("GC.run");
        return metaspaceBytes(run("GC.heap_info"));
    }

    /** How many objects of a class, and of all subclasses that a name pattern names, are left after a collection. */
    public long instances(String className) throws IOException, InterruptedException {
        return instances(run("GC.class_histogram"), className);
    }

    /** How many class loaders have loaded a class of that name and are not collected. */
    public long loaders(String className) throws IOException, InterruptedException {
        run("GC.run");
        return loaders(run("VM.classloaders", "show-classes"), className);
    }

    /** Writes all live objects to a file, in the format of {@code .hprof}; what is there is replaced. */
    public void dump(Path file) throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        run("GC.heap_dump", file.toString());
    }

    /** The names of all threads, sorted. */
    public List<String> threads() throws IOException, InterruptedException {
        return threads(run("Thread.print"));
    }

    static long liveBytes(String histogram) throws IOException {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("No total in what jcmd says: " + histogram);
        }
        return Long.parseLong(total.group(2));
    }

    static long metaspaceBytes(String info) throws IOException {
        Matcher used = METASPACE.matcher(info);
        if (!used.find()) {
            throw new IOException("No metaspace in what jcmd says: " + info);
        }
        return Long.parseLong(used.group(1)) * 1024;
    }

    static long instances(String histogram, String className) {
        Matcher row = Pattern.compile(
                        "(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(className) + "(?: \\(.*\\))?$")
                .matcher(histogram);
        long count = 0;
        while (row.find()) {
            count += Long.parseLong(row.group(1));
        }
        return count;
    }

    static long loaders(String tree, String className) {
        return Pattern.compile("(?m)(?<=\\s)" + Pattern.quote(className) + "\\s*$")
                .matcher(tree)
                .results()
                .count();
    }

    static List<String> threads(String print) {
        List<String> names = new ArrayList<>();
        Matcher thread = THREAD.matcher(print);
        while (thread.find()) {
            names.add(thread.group(1));
        }
        return names.stream().sorted().toList();
    }

    private String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        words.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
