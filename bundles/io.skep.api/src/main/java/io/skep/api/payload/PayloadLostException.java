// SPDX-License-Identifier: Apache-2.0
package io.skep.api.payload;

import java.io.IOException;

/** A payload that is not there any more, or is not what it was. The message says so in one line. */
public final class PayloadLostException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the payload. */
    public PayloadLostException(String message) {
        super(message);
    }

    /** There is no such file. */
    public static PayloadLostException missing(String sha256) {
        return new PayloadLostException("payload sha256:" + sha256 + " is missing");
    }

    /** There is one, with other content. */
    public static PayloadLostException changed(String sha256) {
        return new PayloadLostException("payload sha256:" + sha256 + " is changed");
    }
}
