// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Tells who a bearer token belongs to. Thread-safe; answers from memory. */
@ProviderType
public interface Access {
    /** The caller with that bearer token; empty if nobody has it. */
    Optional<Caller> authenticate(String bearerToken);

    /** The file with the local administrator's token, readable by its owner alone. */
    Path administratorTokenFile();
}
