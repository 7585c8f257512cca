// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of, and answered by, the operation {@code admit} of {@code rbac_enforcement}, as JSON (docs/security.md). */
public final class AdmissionCodec {
    /** The outcome that lets somebody in. */
    public static final String ADMITTED = "admitted";

    private AdmissionCodec() {}

    /**
     * Whose a resource is.
     *
     * @param tenant that it belongs to, or null
     * @param owner or null
     * @param holder the agent that works at it, or null
     */
    public record Belonging(
            @Nullable String tenant,
            @Nullable String owner,
            @Nullable String holder) {
        /** To nobody who is known. */
        public static final Belonging NONE = new Belonging(null, null, null);
    }

    /**
     * The answer.
     *
     * @param outcome {@code admitted}, {@code unauthenticated}, {@code forbidden}, {@code throttled} or {@code unavailable}
     * @param principal who it is; there if admitted
     * @param tenant the only one that the caller may reach, or null
     * @param own whether the caller may reach only what is its own
     * @param words why not
     * @param retryAfterMillis when to come again, if that helps
     */
    public record Decision(
            String outcome,
            @Nullable Principal principal,
            @Nullable String tenant,
            boolean own,
            String words,
            long retryAfterMillis) {}

    /**
     * The question.
     *
     * @param known who it is, if core knows by a token of its own or asked before; else the token has to tell
     */
    public static String question(
            Credential credential, @Nullable Principal known, @Nullable Intent intent, Belonging its) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            if (known == null) {
                Json.string(out, "token", credential.token());
            } else {
                out.writeObjectFieldStart("principal");
                out.writeStringField("id", known.id());
                out.writeStringField("kind", known.kind());
                Json.string(out, "tenant", known.tenant());
                Json.strings(out, "roles", known.roles());
                if (known.scopes() != null) {
                    out.writeArrayFieldStart("scopes");
                    for (String scope : known.scopes()) {
                        out.writeString(scope);
                    }
                    out.writeEndArray();
                }
                out.writeStringField("issuer", known.issuer());
                Json.string(out, "owner", known.owner());
                out.writeEndObject();
            }
            out.writeStringField("address", credential.address());
            out.writeStringField("call", credential.call());
            if (intent != null) {
                out.writeStringField("action", intent.action());
                out.writeStringField("type", intent.type());
                Json.string(out, "id", intent.id());
                Json.string(out, "tenant", its.tenant());
                Json.string(out, "owner", its.owner());
                Json.string(out, "holder", its.holder());
                out.writeBooleanField("narrowable", intent.isNarrowable());
            }
            out.writeEndObject();
        });
        return new String(json, StandardCharsets.UTF_8);
    }

    /**
     * The answer to it.
     *
     * @throws IOException if it is none
     */
    public static Decision answer(String data) throws IOException {
        Draft draft = new Draft();
        return Json.parse(data.getBytes(StandardCharsets.UTF_8), in -> {
            Json.object(in, draft::read);
            String outcome = Objects.requireNonNull(draft.outcome, "outcome");
            if (outcome.equals(ADMITTED) && draft.principal == null) {
                throw new IOException("somebody is admitted, and it is not said who");
            }
            return new Decision(outcome, draft.principal, draft.tenant, draft.own, draft.words, draft.retryAfterMillis);
        });
    }

    private static final class Draft {
        private @Nullable String outcome;
        private @Nullable Principal principal;
        private @Nullable String tenant;
        private boolean own;
        private String words = "";
        private long retryAfterMillis;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "outcome" -> outcome = in.getText();
                case "principal" -> principal = PrincipalDraft.principal(in);
                case "tenant" -> tenant = in.getValueAsString();
                case "own" -> own = in.getValueAsBoolean();
                case "words" -> words = in.getText();
                case "retryAfterMillis" -> retryAfterMillis = in.getLongValue();
                default -> {}
            }
        }
    }

    private static final class PrincipalDraft {
        private @Nullable String id;
        private @Nullable String kind;
        private @Nullable String tenant;
        private Set<String> roles = Set.of();
        private @Nullable Set<String> scopes;
        private @Nullable String issuer;
        private @Nullable String owner;

        static Principal principal(JsonParser in) throws IOException {
            PrincipalDraft draft = new PrincipalDraft();
            Json.object(in, draft::read);
            return new Principal(
                    Objects.requireNonNull(draft.id, "id"),
                    Objects.requireNonNull(draft.kind, "kind"),
                    draft.tenant,
                    draft.roles,
                    draft.scopes,
                    Objects.requireNonNull(draft.issuer, "issuer"),
                    draft.owner);
        }

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "id" -> id = in.getText();
                case "kind" -> kind = in.getText();
                case "tenant" -> tenant = in.getValueAsString();
                case "roles" -> roles = Set.copyOf(Json.strings(in));
                case "scopes" -> scopes = Set.copyOf(Json.strings(in));
                case "issuer" -> issuer = in.getText();
                case "owner" -> owner = in.getValueAsString();
                default -> {}
            }
        }
    }
}
