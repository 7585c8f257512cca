// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

/** Why a credential is refused. The words are safe to show to whoever presented it: they repeat nothing of it. */
public enum Refusal {
    /** Not the shape of a token, or its JSON is not exact. */
    MALFORMED("the token is not well formed"),
    /** Longer than is read. */
    TOO_LONG("the token is too long"),
    /** A JWE, which nobody here has a key for. */
    ENCRYPTED("encrypted tokens are not taken"),
    /** Signed with an algorithm that is not on the list of the issuer: {@code none} and HMAC never are. */
    ALGORITHM("the token is not signed with an accepted algorithm"),
    /** It has a header parameter that must be understood, and is not. */
    CRITICAL_HEADER("the token has critical headers"),
    /** It brings or points to the key to verify it with. */
    EMBEDDED_KEY("the token names its own key"),
    /** Not an access token. */
    TYPE("the token is not of an accepted type"),
    /** Of nobody who is trusted here. */
    UNKNOWN_ISSUER("the issuer of the token is not trusted"),
    /** Its issuer has no such key. */
    UNKNOWN_KEY("the issuer has no such key"),
    /** The signature does not fit. */
    SIGNATURE("the signature is not valid"),
    /** Meant for somebody else. */
    AUDIENCE("the token is for another audience"),
    /** Over. */
    EXPIRED("the token has expired"),
    /** Not begun. */
    NOT_YET_VALID("the token is not valid yet"),
    /** Made in the future. */
    ISSUED_IN_FUTURE("the token was issued in the future"),
    /** Valid for longer than is taken. */
    LIFETIME("the token lives too long"),
    /** Lacks a claim that must be there. */
    MISSING_CLAIM("the token lacks a required claim"),
    /** A claim is of another shape than it must have. */
    BAD_CLAIM("a claim of the token is not valid"),
    /** Bound to a key of the sender (DPoP, mutual TLS), which nobody checked: not a bearer token. */
    BOUND("the token is bound to a key of its holder"),
    /** An agent without an accountable person. */
    NO_OWNER("the agent has no owner"),
    /** The tenant is none that this issuer may speak for. */
    TENANT("the issuer may not speak for this tenant"),
    /** Taken back. */
    REVOKED("the credential was revoked"),
    /** Its issuer says that it is worth nothing. */
    INACTIVE("the token is not active"),
    /** No such client or key, or not its secret: which of the two is not said. */
    CREDENTIAL("the credential is not valid"),
    /** More was asked for than was given to it. */
    SCOPE("a scope was not granted");

    private final String words;

    Refusal(String words) {
        this.words = words;
    }

    /** In words. */
    public String words() {
        return words;
    }

    /** Whether somebody seems to be guessing or forging: what has merely expired is no sign of it. */
    public boolean isGuess() {
        return switch (this) {
            case ALGORITHM, CRITICAL_HEADER, EMBEDDED_KEY, SIGNATURE, CREDENTIAL -> true;
            default -> false;
        };
    }
}
