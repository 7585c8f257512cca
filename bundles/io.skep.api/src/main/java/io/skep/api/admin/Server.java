// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The server itself. Thread-safe; answers from memory. */
@ProviderType
public interface Server {
    /** What keeps the server from accepting changes, in words; empty when it is ready. */
    List<String> notReady();

    /** The version of the product. */
    String version();

    /** Figures of the moment. */
    Figures figures();
}
