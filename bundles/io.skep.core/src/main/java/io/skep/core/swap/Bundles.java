// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;

/** What a swap needs of the framework. Every method may block for as long as the code of a bundle does. */
interface Bundles {
    /**
     * A bundle that is installed.
     *
     * @param location where it came from; core's own begin with {@value FrameworkBundles#LOCATION}
     */
    record Installed(long id, String location, String symbolicName, String version) {
        boolean isOurs() {
            return location.startsWith(FrameworkBundles.LOCATION);
        }

        boolean is(String otherSymbolicName, String otherVersion) {
            return symbolicName.equals(otherSymbolicName) && version.equals(otherVersion);
        }
    }

    /** Installs a jar. */
    Installed install(String location, Path jar) throws BundleException, IOException;

    /** Finds everything that it imports; ends with what is missing. */
    void resolve(long id) throws BundleException;

    /** Starts it; {@code persistent}: the next start of the framework starts it too. */
    void start(long id, boolean persistent) throws BundleException;

    /** Stops it and takes it away, even if it throws when it is stopped; nothing happens if it is gone. */
    void uninstall(long id) throws BundleException;

    /** Every bundle that is installed. */
    List<Installed> all();

    /** The version in which a package is exported, the highest if there are several. */
    Optional<Version> exported(String packageName);

    /** Writes the content of a bundle as a jar. */
    void copy(long id, Path jar) throws IOException;
}
