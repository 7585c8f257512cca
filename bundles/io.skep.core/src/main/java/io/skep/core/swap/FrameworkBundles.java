// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bundles of the framework that core runs in. */
final class FrameworkBundles implements Bundles {
    /** How the locations of core's own bundles begin. */
    static final String LOCATION = "skep:";

    private final BundleContext context;
    private final BundleContext system;

    FrameworkBundles(BundleContext context) {
        this.context = context;
        this.system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    }

    @Override
    public Installed install(String location, Path jar) throws BundleException, IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            return installed(system.installBundle(location, in));
        }
    }

    @Override
    public void resolve(long id) throws BundleException {
        Bundle bundle = bundle(id);
        FrameworkWiring wiring = system.getBundle().adapt(FrameworkWiring.class);
        if (!wiring.resolveBundles(Collections.singleton(bundle))) {
            // Starting says what is missing, and fails before any code of the bundle runs. If nothing is missing, as
            // when another bundle was resolved at the same moment, it has started.
            bundle.start(Bundle.START_TRANSIENT);
        }
    }

    @Override
    public void start(long id, boolean persistent) throws BundleException {
        bundle(id).start(persistent ? 0 : Bundle.START_TRANSIENT);
    }

    @Override
    public void uninstall(long id) throws BundleException {
        Bundle bundle = context.getBundle(id);
        if (bundle != null && bundle.getState() != Bundle.UNINSTALLED) {
            bundle.uninstall();
        }
    }

    @Override
    public List<Installed> all() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null)
                .map(FrameworkBundles::installed)
                .toList();
    }

    @Override
    public Optional<Version> exported(String packageName) {
        return Arrays.stream(context.getBundles())
                .map(bundle -> bundle.adapt(BundleWiring.class))
                .filter(wiring -> wiring != null)
                .flatMap(wiring -> wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream())
                .map(BundleCapability::getAttributes)
                .filter(attributes -> packageName.equals(attributes.get(PackageNamespace.PACKAGE_NAMESPACE)))
                .map(attributes -> (Version) attributes.get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE))
                .max(Comparator.naturalOrder());
    }

    @Override
    public void copy(long id, Path jar) throws IOException {
        Bundle bundle = context.getBundle(id);
        if (bundle == null) {
            throw new IOException("bundle " + id + " is gone");
        }
        List<URL> entries = new ArrayList<>();
        var found = bundle.findEntries("/", "*", true);
        while (found != null && found.hasMoreElements()) {
            entries.add(found.nextElement());
        }
        // The manifest comes first, as readers of streams want it.
        entries.sort(Comparator.comparing(
                        (URL entry) -> !entry.getPath().substring(1).equals(JarFile.MANIFEST_NAME))
                .thenComparing(URL::getPath));
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (URL entry : entries) {
                ZipEntry copy = new ZipEntry(entry.getPath().substring(1));
                // Always the same bytes for the same content.
                copy.setTime(0);
                zip.putNextEntry(copy);
                if (!copy.isDirectory()) {
                    try (InputStream in = entry.openStream()) {
                        in.transferTo(zip);
                    }
                }
                zip.closeEntry();
            }
        }
    }

    private Bundle bundle(long id) throws BundleException {
        Bundle bundle = context.getBundle(id);
        if (bundle == null) {
            throw new BundleException("bundle " + id + " is gone");
        }
        return bundle;
    }

    private static Installed installed(Bundle bundle) {
        return new Installed(
                bundle.getBundleId(),
                bundle.getLocation(),
                String.valueOf(bundle.getSymbolicName()),
                bundle.getVersion().toString());
    }
}
