// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import io.skep.store.base.Cursor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many tasks there are, a page is read from the end of one index for each state. */
class TaskSearchTest {
    @TempDir
    Path directory;

    private List<String> plan(TaskQuery query) throws Exception {
        Stores.open(directory).close();
        TaskSearch search = TaskSearch.of(query);
        List<String> plan = new ArrayList<>();
        try (Connection connection = Sql.open(directory.resolve("projection.db"), true);
                PreparedStatement statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + search.sql())) {
            search.bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    plan.add(row.getString("detail"));
                }
            }
        }
        return plan;
    }

    @ParameterizedTest
    @CsvSource({
        "false,     ,       , task_time",
        "true,      ,       , task_state",
        "false,     , tenant, task_tenant_state",
        "true,      , tenant, task_tenant_state",
        "false, agent,      , task_agent_state",
        "true,  agent,      , task_agent_state",
        "true,  agent, tenant, task_agent_state",
    })
    void everyFilter_hasAnIndexInTheOrderOfTheList(boolean states, String agent, String tenant, String index)
            throws Exception {
        Set<TaskState> set = states ? Set.of(TaskState.QUEUED, TaskState.FAILED) : Set.of();
        for (String cursor : new String[] {null, new Cursor(5, "t").encoded()}) {
            List<String> plan =
                    plan(new TaskQuery(set, agent, tenant, null, Instant.EPOCH, Instant.ofEpochMilli(9), 50, cursor));
            List<String> searches =
                    plan.stream().filter(line -> line.contains(" task ")).toList();
            assertThat(searches).as(plan.toString()).isNotEmpty();
            searches.stream()
                    .filter(line -> !line.contains("rowid=?"))
                    .forEach(line -> assertThat(line).contains("INDEX " + index + " "));
            // What is sorted besides is what came out of a branch, and no more than a page.
            for (int i = 1; i < plan.size(); i++) {
                if (plan.get(i).contains("TEMP B-TREE")) {
                    assertThat(plan.get(i - 1)).as(plan.toString()).doesNotContain(" task ");
                }
            }
        }
    }

    @Test
    void onePlace_isLookedUpForEachRowOfThePage() throws Exception {
        assertThat(plan(TaskQuery.newest(50))).anyMatch(line -> line.contains("USING INTEGER PRIMARY KEY (rowid=?)"));
    }
}
