// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;

/** Kinds of events, which are classes of OCSF 1.6.0. */
public enum Category {
    /** A call on a resource. */
    API_ACTIVITY(6003),
    /** A login, or a refused one. */
    AUTHENTICATION(3002),
    /** A decision about what a session may do. */
    AUTHORIZATION(3003),
    /** A grant or revocation of a role. */
    USER_ACCESS(3005),
    /** A plugin, a flag or the log itself changes. */
    LIFECYCLE(6002),
    /** Something suspicious was seen. */
    FINDING(2004);

    /** OCSF's id for an activity that the class does not list. */
    private static final int OTHER = 99;

    private final int classId;

    Category(int classId) {
        this.classId = classId;
    }

    /** OCSF's {@code class_uid}. */
    public int classId() {
        return classId;
    }

    /** OCSF's {@code category_uid}, the thousands of the class. */
    public int categoryId() {
        return classId / 1000;
    }

    /** OCSF's {@code activity_id} of an action; 99 for one that the class does not list. */
    public int activityId(String action) {
        int place = activities().indexOf(action);
        return place < 0 ? OTHER : place + 1;
    }

    /** The actions in the order of OCSF's ids. */
    private List<String> activities() {
        return switch (this) {
            case API_ACTIVITY -> List.of("create", "read", "update", "delete");
            case AUTHENTICATION -> List.of("login", "logout");
            case AUTHORIZATION -> List.of("authorize");
            case USER_ACCESS -> List.of("grant", "revoke");
            case LIFECYCLE -> List.of("install", "remove", "start", "stop", "restart", "enable", "disable", "update");
            case FINDING -> List.of("detect");
        };
    }
}
