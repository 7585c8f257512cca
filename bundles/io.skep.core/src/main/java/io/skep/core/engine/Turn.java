// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.plugin.Notice;
import io.skep.api.task.Task;
import io.skep.core.codec.ChangeCodec;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Change;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.Shard;
import io.skep.core.state.StateDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One round of the engine: commands decided at one moment, whose changes go to the log together and whose answers are
 * given when these are durable. Used by the engine's thread only, until it is sealed.
 */
public final class Turn {
    private final Engine engine;
    private final Instant now;
    private final State state;
    private final List<Logged> logged = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private long bytes;
    private final List<Runnable> afterDispatch = new ArrayList<>(0);
    private boolean together;

    /** A change with its place in the log. */
    record Logged(int shard, long seq, Change change, byte[] record) {}

    /** Something that is said when the turn is durable, or could not become so. */
    interface Answer {
        void give(@Nullable RuntimeException failure);
    }

    Turn(Engine engine, Instant now, State state) {
        this.engine = engine;
        this.now = now;
        this.state = state;
    }

    /** The moment of every decision of this turn, in whole milliseconds. */
    public Instant now() {
        return now;
    }

    /** What is, with every change of this turn so far. */
    public State state() {
        return state;
    }

    /** The agents with what is not durable of them. */
    public AgentPool agents() {
        return engine.agents();
    }

    /** A task is new or came into another state. */
    public void put(Task task) {
        put(state.shardOfTask(task.id()), Change.of(task, now));
    }

    /** A task got a line of progress. */
    public void progress(Task task) {
        put(state.shardOfTask(task.id()), Change.progress(task, now));
    }

    /** A task's agent said what it has used, or its tree has used more of its budget. */
    public void usage(Task task) {
        put(state.shardOfTask(task.id()), Change.usage(task, now));
    }

    /** A task got another priority. */
    public void priority(Task task) {
        put(state.shardOfTask(task.id()), Change.priority(task, now));
    }

    /** It was said which agent a waiting task is for. */
    public void selected(Task task) {
        put(state.shardOfTask(task.id()), Change.selected(task, now));
    }

    /** A task that could start has passed the checks before that. */
    public void admitted(Task task) {
        put(state.shardOfTask(task.id()), Change.admitted(task, now));
    }

    /** An agent is new or came into another state. */
    public void put(AgentRecord agent) {
        put(state.shardOfAgent(agent.id()), Change.of(agent, now));
    }

    /** Something happened to a plugin; {@code what} is the event's type without {@code plugin.}. */
    public void put(PluginRecord plugin, String what) {
        put(state.shardOfPlugin(plugin.name()), Change.of(plugin, what, now));
    }

    /** A plugin wrote or removed a document. */
    public void put(StateDocument document) {
        put(state.shardOfPlugin(document.plugin()), Change.of(document, now));
    }

    /** Something happened to something of which the log keeps no state. */
    public void note(String type, String subject, String cause) {
        put(state.shardOfPlugin(subject), Change.note(type, subject, cause, now));
    }

    /** A plugin says that something has happened: to a task, which it is told among the events of, or to something else. */
    public void tell(String plugin, Notice notice) {
        put(
                state.shardOfNotice(plugin, notice.subject()),
                Change.note(notice.type(), notice.subject(), notice.cause(), now));
    }

    /** Its changes, though of several shards, become durable together or not at all. */
    public void keepTogether() {
        together = true;
    }

    boolean isTogether() {
        return together;
    }

    /** Does something when every change so far is durable; nothing if they could not become so. */
    public void afterwards(Runnable effect) {
        afterwards.add(effect);
    }

    /** Answers when every change so far is durable, or with the reason why they could not become so. */
    public <T> void answer(CompletableFuture<T> waiting, T value) {
        answers.add(failure -> {
            if (failure == null) {
                waiting.complete(value);
            } else {
                waiting.completeExceptionally(failure);
            }
        });
    }

    void afterDispatch(Runnable then) {
        afterDispatch.add(then);
    }

    void runAfterDispatch() {
        afterDispatch.forEach(Runnable::run);
    }

    void answer(Answer answer) {
        answers.add(answer);
    }

    List<Logged> logged() {
        return logged;
    }

    /** The length of its records. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return logged.isEmpty() && afterwards.isEmpty() && answers.isEmpty();
    }

    /** Says and does everything that waits for this turn. */
    void finish(@Nullable RuntimeException failure) {
        if (failure == null) {
            afterwards.forEach(Runnable::run);
        }
        answers.forEach(answer -> answer.give(failure));
    }

    private void put(Shard shard, Change change) {
        Task task = change.task();
        Task before = task == null ? null : shard.task(task.id());
        byte[] record = ChangeCodec.encode(change, before);
        bytes += record.length;
        shard.apply(change);
        logged.add(new Logged(shard.number(), shard.seq(), change, record));
        if (task != null) {
            engine.lifecycle().changed(this, before, task);
        } else if (change.agent() != null) {
            AgentRecord agent = change.agent();
            AgentRuntime known = engine.agents().find(agent.id());
            AgentRecord former = known == null ? null : known.record();
            engine.agents().put(agent, now.plus(agent.spec().lease()));
            engine.slots().agentChanged(agent.id());
            engine.routing().agentChanged(this, agent, former);
            engine.dormancy().agentChanged(agent);
        }
    }
}
