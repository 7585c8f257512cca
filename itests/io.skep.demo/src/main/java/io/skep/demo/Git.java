// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A git repository as the demo itself sees it, so as to check the agents by other ways than theirs. Reads only. */
final class Git {
    /** The agents look at so many of the newest commits. */
    private static final int WINDOW = 5_000;

    private final Path top;

    private Git(Path top) {
        this.top = top;
    }

    /**
     * The repository that a directory is in.
     *
     * @throws IOException with one sentence if there is none, or none with a commit
     */
    static Git at(Path directory) throws IOException, InterruptedException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("There is no directory " + directory + ".");
        }
        Git here = new Git(directory.toRealPath());
        String bare;
        try {
            bare = here.run("rev-parse", "--is-bare-repository").strip();
        } catch (IOException e) {
            throw new IOException("No git repository can be read in " + directory + ": " + e.getMessage(), e);
        }
        String top = here.run("rev-parse", bare.equals("true") ? "--absolute-git-dir" : "--show-toplevel");
        Git git = new Git(Path.of(stripNewline(top)));
        try {
            git.head();
        } catch (IOException e) {
            throw new IOException("The repository " + git.top + " has no commit yet.", e);
        }
        return git;
    }

    Path top() {
        return top;
    }

    /** The id of the commit that is looked at. */
    String head() throws IOException, InterruptedException {
        return run("rev-parse", "-q", "--verify", "HEAD^{commit}").strip();
    }

    /** The number of commits, counted one by one. */
    long commits() throws IOException, InterruptedException {
        return run("log", "--format=%H", "HEAD").lines().count();
    }

    /** The files in the commit, split at the NULs behind their names. */
    List<String> trackedFiles() throws IOException, InterruptedException {
        String names = run("ls-tree", "-r", "-z", "--name-only", "HEAD");
        return names.isEmpty() ? List.of() : List.of(names.split("\0"));
    }

    /** How many of the newest commits changed a file, merges left out. */
    long commitsOf(String file) throws IOException, InterruptedException {
        Set<String> window = ids(run("rev-list", "-n", Integer.toString(WINDOW), "HEAD"));
        Set<String> changing = ids(run("rev-list", "--no-merges", "--full-history", "HEAD", "--", ":(literal)" + file));
        changing.retainAll(window);
        return changing.size();
    }

    private static Set<String> ids(String lines) {
        return lines.lines().collect(Collectors.toSet());
    }

    /** A name as git shows it: in quotes, with escapes, if it has a quote, backslash or control character in it. */
    static String unquote(String shown) {
        if (!shown.startsWith("\"") || !shown.endsWith("\"") || shown.length() < 2) {
            return shown;
        }
        StringBuilder name = new StringBuilder();
        for (int i = 1; i < shown.length() - 1; i++) {
            char c = shown.charAt(i);
            if (c != '\\') {
                name.append(c);
                continue;
            }
            char escaped = shown.charAt(++i);
            int known = "abtnvfr".indexOf(escaped);
            if (known >= 0) {
                name.append((char) (7 + known));
            } else if (escaped >= '0' && escaped <= '3') {
                name.append((char) Integer.parseInt(shown, i, i + 3, 8));
                i += 2;
            } else {
                name.append(escaped);
            }
        }
        return name.toString();
    }

    private static String stripNewline(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "log.showSignature=false", "-c", "color.ui=false"));
        command.addAll(List.of(words));
        File errors = File.createTempFile("skep-demo", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(top.toFile()).redirectError(errors);
            builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
            builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
            Process git = builder.start();
            git.getOutputStream().close();
            String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (git.waitFor() != 0) {
                throw new IOException(Files.readString(errors.toPath()).strip());
            }
            return out;
        } finally {
            Files.delete(errors.toPath());
        }
    }
}
