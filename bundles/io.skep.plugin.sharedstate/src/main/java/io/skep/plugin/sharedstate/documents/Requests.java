// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked of the shared documents. Each checks itself. */
public final class Requests {
    /** The most keys in one request. */
    static final int MAX_KEYS = 100;

    /** The longest a watcher waits, in milliseconds: a call has to end before its bundle may go. */
    static final int MAX_WAIT_MILLIS = 2_500;

    /** The longest that a lock lasts without being renewed, in milliseconds. */
    static final int MAX_LOCK_MILLIS = 600_000;

    private static final int MAX_PAGE = 500;
    private static final String KEY = "[A-Za-z0-9._:-]{1,128}";

    private Requests() {}

    static String checkedKey(String field, @Nullable String key) {
        String there = Inputs.required(field, key);
        if (!there.matches(KEY)) {
            throw new Declination("field \"" + field
                    + "\" must be letters, digits, dots, underscores, hyphens and colons, at most 128");
        }
        return there;
    }

    private static void revision(String field, @Nullable Long revision) {
        Inputs.range(field, revision, 0, Long.MAX_VALUE);
    }

    /** The documents of some keys. */
    public record Get(@Nullable List<String> keys) {
        public Get {
            keys = Inputs.texts("keys", Inputs.required("keys", keys), MAX_KEYS, 128);
        }
    }

    /**
     * A document is to say that.
     *
     * @param revision which it must be of; 0 for there being none; absent for whichever
     */
    public record Set(
            @Nullable String key,
            @Nullable JsonNode value,
            @Nullable Long revision) {
        public Set {
            Requests.checkedKey("key", key);
            Inputs.required("value", value);
            Requests.revision("revision", revision);
        }
    }

    /**
     * A number is to change.
     *
     * @param by so much; absent for 1
     * @param least what it must not fall below, absent for no limit
     * @param most what it must not rise above, absent for no limit
     * @param revision which it must be of; 0 for there being none; absent for whichever
     */
    public record Add(
            @Nullable String key,
            @Nullable Long by,
            @Nullable Long least,
            @Nullable Long most,
            @Nullable Long revision) {
        public Add {
            Requests.checkedKey("key", key);
            Requests.revision("revision", revision);
        }

        long amount() {
            return by == null ? 1 : by;
        }
    }

    /** A document is to go. */
    public record Delete(@Nullable String key, @Nullable Long revision) {
        public Delete {
            Requests.checkedKey("key", key);
            Requests.revision("revision", revision);
        }
    }

    /** A document must be of that revision; 0 for there being none. */
    public record Condition(@Nullable String key, @Nullable Long revision) {
        public Condition {
            Requests.checkedKey("key", key);
            Requests.revision("revision", Inputs.required("revision", revision));
        }
    }

    /** A lock must be held by that token. */
    public record Fence(@Nullable String lock, @Nullable Long token) {
        public Fence {
            Requests.checkedKey("lock", lock);
            Inputs.range("token", Inputs.required("token", token), 1, Long.MAX_VALUE);
        }
    }

    /** A change of several documents, all or nothing; at most {@value #MAX_KEYS} keys in each list. */
    public record Transact(
            @Nullable List<Condition> conditions,
            @Nullable List<Fence> locks,
            @Nullable List<Set> set,
            @Nullable List<Add> add,
            @Nullable List<String> delete) {
        public Transact {
            conditions = Inputs.list("conditions", conditions, MAX_KEYS);
            locks = Inputs.list("locks", locks, MAX_KEYS);
            set = Inputs.list("set", set, MAX_KEYS);
            add = Inputs.list("add", add, MAX_KEYS);
            delete = Inputs.texts("delete", delete, MAX_KEYS, 128);
        }
    }

    /**
     * Which documents there are.
     *
     * @param prefix with which their keys begin; absent for all
     * @param after the key after which to begin; absent for the first
     * @param limit at most so many; absent for a hundred
     */
    public record Listing(
            @Nullable String prefix,
            @Nullable String after,
            @Nullable Integer limit) {
        public Listing {
            Inputs.text("prefix", prefix, 128);
            Inputs.text("after", after, 128);
            Inputs.range("limit", limit, 1, MAX_PAGE);
        }
    }

    /**
     * What has changed.
     *
     * @param after the revision up to which it is known; 0 for nothing
     * @param waitMillis how long to wait for the first change; absent for not at all
     */
    public record Watch(
            @Nullable String prefix,
            @Nullable Long after,
            @Nullable Integer waitMillis,
            @Nullable Integer limit) {
        public Watch {
            Inputs.text("prefix", prefix, 128);
            Requests.revision("after", Inputs.required("after", after));
            Inputs.range("waitMillis", waitMillis, 0, MAX_WAIT_MILLIS);
            Inputs.range("limit", limit, 1, MAX_PAGE);
        }
    }

    /**
     * A lock is wanted, or with its token to last longer.
     *
     * @param millis how long it lasts, at least 100
     * @param token which was given when it was taken; absent to take it
     * @param holder what to call who holds it, besides its id
     */
    public record Take(
            @Nullable String lock,
            @Nullable Integer millis,
            @Nullable Long token,
            @Nullable String holder) {
        public Take {
            Requests.checkedKey("lock", lock);
            Inputs.range("millis", Inputs.required("millis", millis), 100, MAX_LOCK_MILLIS);
            Inputs.range("token", token, 1, Long.MAX_VALUE);
            Inputs.text("holder", holder, 128);
        }
    }

    /** A lock is to be free. */
    public record Release(@Nullable String lock, @Nullable Long token) {
        public Release {
            Requests.checkedKey("lock", lock);
            Inputs.range("token", Inputs.required("token", token), 1, Long.MAX_VALUE);
        }
    }

    /**
     * A waiting task is to be for an agent, if nobody has delegated it, and documents are to say so.
     *
     * @param documents what changes with it; absent for nothing
     */
    public record Delegate(
            @Nullable String task,
            @Nullable String agent,
            @Nullable Transact documents) {
        public Delegate {
            Inputs.text("task", Inputs.required("task", task), 128);
            Inputs.text("agent", Inputs.required("agent", agent), 128);
        }
    }
}
