// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agents' programs on a small repository with names that are hard to handle. */
class AgentsTest {
    @TempDir
    Path directory;

    private TestRepo repo;
    private AgentProgram agent;

    @BeforeEach
    void makeRepository() throws IOException, InterruptedException {
        repo = TestRepo.in(directory.resolve("a \"repo\" with spaces, ünï"));
        repo.write("README.md", """
                        # x
                        [a](docs%20x/b.md) [c](<docs x/b.md>) [dead](no.md) [u](https://x.org) [r]
                        ```
                        [z](zz.md)
                        ```
                        `[y](yy.md)`
                        [r]: nope/x.md "t"
                        ![i](/ünï.txt)
                        """)
                .write("docs x/b.md", "[up](../README.md#x) [gone](gone.md) [out](../../x.md)\n")
                .write("ünï.txt", "HACK one\nx\n// HACK: tab\there \\ \"q\" | <b>\n")
                .write("quo\"te.txt", "q\n")
                .commit("Ann");
        repo.write("Main.java", "class Main {\n}\n")
                .write("README.md", "# y\n[dead](no.md)\n")
                .commit("Bob");
        repo.write("Main.java", "class Main {\n    int x;\n}\n").commit("Bob");
        agent = new AgentProgram(directory.resolve("the programs"), repo.top());
    }

    @Test
    void facts_ofThreeCommits_areCounted() throws Exception {
        AgentProgram.Ended facts = agent.run("history.sh", "facts");
        assertThat(facts.status()).as(facts.err()).isZero();
        assertThat(facts.figure("commits")).isEqualTo("3");
        assertThat(facts.figure("tracked files")).isEqualTo("5");
        assertThat(facts.figure("authors")).isEqualTo("2");
        assertThat(facts.figure("first commit")).isEqualTo("2020-09-13");
        assertThat(facts.figure("newest commit")).isEqualTo("2021-04-01");
    }

    @Test
    void churn_countsCommitsPerFile_mostFirst() throws Exception {
        AgentProgram.Ended churn = agent.run("history.sh", "churn");
        List<String> list = churn.json().path("list").asText().lines().toList();
        assertThat(list.subList(0, 2)).containsExactly("2\tMain.java", "2\tREADME.md");
        assertThat(list).contains("1\tünï.txt", "1\t\"quo\\\"te.txt\"");
        assertThat(churn.figure("files changed")).isEqualTo("5");
    }

    @Test
    void fileThatIsGone_isNotCounted() throws Exception {
        Files.delete(repo.top().resolve("Main.java"));
        repo.commit("Ann");
        assertThat(agent.run("history.sh", "churn").markdown()).doesNotContain("`Main.java`");
        assertThat(agent.run("history.sh", "hotspots").markdown()).doesNotContain("`Main.java`");
    }

    @Test
    void hotspots_areCommitsTimesLines() throws Exception {
        AgentProgram.Ended hotspots = agent.run("history.sh", "hotspots");
        assertThat(hotspots.headline()).isEqualTo("Main.java: 2 commits × 3 lines");
        assertThat(hotspots.json().path("list").asText()).doesNotContain("quo").contains("ünï.txt");
    }

    @Test
    void knowledge_readsTheResultOfTheTaskBefore() throws Exception {
        assertThat(agent.run("history.sh", "hotspots").status()).isZero();
        Path from = agent.results().resolve("hotspots.json");
        AgentProgram.Ended knowledge = agent.run("owners.sh", "knowledge", Map.of("from", from.toString()));
        assertThat(knowledge.markdown()).contains("| 100 % | bob@example.org | `Main.java` |");
        AgentProgram.Ended without = agent.run("owners.sh", "knowledge", Map.of("from", from + ".none"));
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err()).contains("no result of the task before");
    }

    @Test
    void owner_whoLeftLongAgo_isARisk() throws Exception {
        AgentProgram.Ended owners = agent.run("owners.sh", "owners");
        assertThat(owners.figure("files with one author")).isEqualTo("4");
        assertThat(owners.figure("of these at risk")).isEqualTo("3");
        assertThat(owners.markdown()).contains("| 200 | ann@example.org | `ünï.txt` |");
    }

    @Test
    void markers_areFoundWithTheirAge() throws Exception {
        AgentProgram.Ended markers = agent.run("markers.sh", "markers");
        assertThat(markers.headline()).isEqualTo("2 lines with a marker, 2 stale");
        assertThat(markers.markdown())
                .contains("| 200 | // HACK: tab here \\ \"q\" \\| &lt;b> | `ünï.txt:3` |")
                .contains("| 200 | HACK one | `ünï.txt:1` |");
    }

    @Test
    void leftovers_areCounted() throws Exception {
        repo.write("m.txt", "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
                .write("w.bat", "a\r\n")
                .write("s.txt", "a  \n")
                .commit("Ann");
        assertThat(agent.run("markers.sh", "conflicts").headline())
                .isEqualTo("1 files with conflict markers, 1 with Windows line ends, 1 with trailing spaces");
    }

    @Test
    void languages_areCountedByEnding() throws Exception {
        AgentProgram.Ended languages = agent.run("lines.sh", "languages");
        assertThat(languages.figure("lines of text")).isEqualTo("10");
        assertThat(languages.markdown()).contains("| 4 | 2 | Text | `txt` |", "| 3 | 1 | Java | `java` |");
    }

    @Test
    void largest_knowsWhatIsGoneFromHeadOnlyInTheHistory() throws Exception {
        repo.write("big.bin", "x".repeat(5_000)).commit("Ann");
        assertThat(agent.run("lines.sh", "largest").headline()).isEqualTo("big.bin: 5000 bytes");
        Files.delete(repo.top().resolve("big.bin"));
        repo.commit("Ann");
        assertThat(agent.run("lines.sh", "largest").headline()).doesNotContain("big.bin");
        assertThat(agent.run("lines.sh", "blobs").headline()).isEqualTo("big.bin: 5000 bytes");
    }

    @Test
    void links_thatLeadNowhere_areDead() throws Exception {
        AgentProgram.Ended links = agent.run("docs.sh", "links");
        assertThat(links.markdown()).contains("| no.md | `README.md:2` |", "| gone.md | `docs x/b.md:1` |");
        assertThat(links.headline()).isEqualTo("2 of 3 links are dead");
    }

    @Test
    void links_inCodeOrToOtherPlaces_areNotJudged() throws Exception {
        repo.git("checkout", "-q", "HEAD~2", "--", "README.md");
        repo.commit("Ann");
        AgentProgram.Ended links = agent.run("docs.sh", "links");
        assertThat(links.markdown()).contains("| nope/x.md | `README.md:7` |").doesNotContain("| zz.md", "| yy.md");
        assertThat(links.headline()).isEqualTo("3 of 7 links are dead");
    }

    @Test
    void dependencies_withoutABuildFile_areNone() throws Exception {
        AgentProgram.Ended dependencies = agent.run("build.sh", "dependencies");
        assertThat(dependencies.headline()).isEqualTo("none");
    }

    @Test
    void dependencies_ofPoms_areTheDirectOnes() throws Exception {
        repo.write(
                        "pom.xml",
                        "<project><!-- <dependency><groupId>c</groupId><artifactId>c</artifactId></dependency> -->\n"
                                + "<dependencyManagement><dependencies><dependency><groupId>m</groupId><artifactId>m</artifactId>"
                                + "</dependency></dependencies></dependencyManagement>\n<dependencies>\n<dependency>\n"
                                + "  <groupId>org.a</groupId>\n  <artifactId>b</artifactId>\n<exclusions><exclusion>"
                                + "<groupId>e</groupId><artifactId>e</artifactId></exclusion></exclusions></dependency>\n"
                                + "</dependencies><build><plugins><plugin><dependencies><dependency><groupId>p</groupId>"
                                + "<artifactId>p</artifactId></dependency></dependencies></plugin></plugins></build></project>\n")
                .commit("Ann");
        AgentProgram.Ended dependencies = agent.run("build.sh", "dependencies");
        assertThat(dependencies.headline()).isEqualTo("1 from pom.xml");
        assertThat(dependencies.markdown()).contains("| 1 | `org.a:b` |");
    }

    @Test
    void dependencies_ofOtherLanguages_areFound() throws Exception {
        repo.write(
                        "package.json",
                        "{\"dependencies\": {\"left-pad\": \"^1\", \"b\":\"2\"},\n\"devDependencies\":{\"j\":\"1\"}}")
                .write("requirements.txt", "flask==1\n# c\n")
                .write("go.mod", "module x\nrequire (\n\ta/b v1\n\tc/d v2 // indirect\n)\nrequire e/f v1\n")
                .write("Cargo.toml", "[dependencies]\nserde = \"1\"\n[x]\ny=1\n")
                .commit("Ann");
        assertThat(agent.run("build.sh", "dependencies").headline())
                .isEqualTo("3 from package.json, 1 from requirements.txt, 2 from go.mod, 1 from Cargo.toml");
    }

    @Test
    void testReports_ofTheWorkingTree_areSummedUp() throws Exception {
        assertThat(agent.run("build.sh", "reports").headline()).isEqualTo("no test reports");
        repo.write(
                        "a b/TEST-a.xml",
                        "<testsuite xmlns=\"x\" name=\"a\" time=\"1,234.5\" tests=\"3\" errors=\"1\" failures=\"0\">\n")
                .write(
                        "c/TEST-c.xml",
                        "<testsuite name=\"c\" tests=\"4\" skipped=\"2\" failures=\"1\" time=\"0.5\">\n");
        AgentProgram.Ended reports = agent.run("build.sh", "reports");
        assertThat(reports.headline()).isEqualTo("7 tests in 2 suites, 2 failed");
        assertThat(reports.markdown()).contains("| 2 | 7 | 1 | 1 | 2 | `1235.0` |");
    }

    @Test
    void everyCommand_givesItsFigureAgain() throws Exception {
        for (Map.Entry<String, String> work : Map.of(
                        "facts",
                        "history.sh",
                        "churn",
                        "history.sh",
                        "owners",
                        "owners.sh",
                        "markers",
                        "markers.sh",
                        "conflicts",
                        "markers.sh",
                        "languages",
                        "lines.sh",
                        "largest",
                        "lines.sh",
                        "links",
                        "docs.sh",
                        "documents",
                        "docs.sh")
                .entrySet()) {
            for (var figure : agent.run(work.getValue(), work.getKey()).json().path("figures")) {
                Process process = new ProcessBuilder(
                                "sh", "-c", figure.path("command").asText())
                        .directory(repo.top().toFile())
                        .start();
                assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                        .as(figure.toString())
                        .isEqualTo(figure.path("value").asText());
            }
        }
    }

    @Test
    void speed_isMeasuredInWholeSeconds() throws Exception {
        AgentProgram.Ended speed = agent.run("speed.sh", "log", Map.of("seconds", "1"));
        assertThat(Integer.parseInt(speed.figure("runs per second"))).isPositive();
        assertThat(agent.run("speed.sh", "log", Map.of("seconds", "0; rm x")).status())
                .isEqualTo(1);
    }

    @Test
    void report_isMadeOfTheOtherResults() throws Exception {
        agent.run("history.sh", "facts");
        agent.run("markers.sh", "markers");
        Path report = directory.resolve("the report.md");
        Map<String, String> input = Map.of(
                "parts",
                "facts markers",
                "results",
                agent.results().toString(),
                "report",
                report.toString(),
                "title",
                "t");
        assertThat(agent.run("report.sh", "report", input).headline()).startsWith("2 sections, ");
        assertThat(Files.readString(report))
                .startsWith("# t: report\n")
                .contains("\n## The repository\n", "- commits: **3**", "`ünï.txt:3`")
                .contains(agent.run("markers.sh", "markers").markdown());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("the report.md."));
        }
    }

    @Test
    void report_withoutAPart_isNotWritten() throws Exception {
        Path report = directory.resolve("r.md");
        Map<String, String> input = Map.of(
                "parts", "facts", "results", agent.results().toString(), "report", report.toString(), "title", "t");
        AgentProgram.Ended ended = agent.run("report.sh", "report", input);
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).isEqualTo("the result of facts is not there\n");
        assertThat(report).doesNotExist();
    }

    @Test
    void resultFile_holdsTheAnswer_andNoNotesStay() throws Exception {
        AgentProgram.Ended facts = agent.run("history.sh", "facts");
        assertThat(new ObjectMapper()
                        .readTree(agent.results().resolve("facts.json").toFile()))
                .isEqualTo(facts.json());
        try (Stream<Path> files = Files.list(directory.resolve("the programs"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.startsWith("tmp."));
        }
    }

    @Test
    void repository_withOneCommitAndNoText_isEnough() throws Exception {
        TestRepo tiny = TestRepo.in(directory.resolve("tiny"));
        tiny.git("commit", "-q", "--allow-empty", "-m", "x");
        AgentProgram small = new AgentProgram(directory.resolve("p2"), tiny.top());
        assertThat(small.run("history.sh", "churn").headline()).isEqualTo("nothing changed most, in 0 commits");
        assertThat(small.run("history.sh", "hotspots").headline()).isEqualTo("no text file has changed");
        assertThat(small.run(
                                "owners.sh",
                                "knowledge",
                                Map.of(
                                        "from",
                                        small.results().resolve("hotspots.json").toString()))
                        .headline())
                .isEqualTo("no hot spots");
        assertThat(small.run("lines.sh", "languages").headline()).contains("0 lines");
        assertThat(small.run("lines.sh", "largest").headline()).isEqualTo("no files");
        assertThat(small.run("docs.sh", "documents").headline()).isEqualTo("0 Markdown files, at the top: none");
    }

    @Test
    void repository_withoutACommit_isRefused() throws Exception {
        TestRepo empty = TestRepo.in(directory.resolve("empty"));
        AgentProgram.Ended ended = new AgentProgram(directory.resolve("p3"), empty.top()).run("history.sh", "facts");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).startsWith("no commit in ").hasLineCount(1);
    }

    @Test
    void work_thatIsUnknown_isRefused() throws Exception {
        assertThat(agent.run("history.sh", "rm -rf x").err()).isEqualTo("unknown work: rm -rf x\n");
    }
}
