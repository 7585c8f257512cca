// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the first login: while {@code keys.properties} names nobody, a fresh key pair for the user {@value #USER}, whose
 * private half is in {@value #PRIVATE_KEY}. Both files are readable by their owner alone, and each appears whole or not
 * at all.
 */
@Component(service = FirstLogin.class, immediate = true)
public final class FirstLogin {
    static final String USER = "skep";
    static final String PUBLIC_KEYS = "keys.properties";
    static final String PRIVATE_KEY = "skep_login_key";

    private static final Logger LOG = LoggerFactory.getLogger(FirstLogin.class);
    private static final String GROUP = "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Looks into the server's {@code etc} directory. */
    @Activate
    public FirstLogin(BundleContext context) throws IOException {
        this(Path.of(context.getProperty("karaf.etc")));
    }

    FirstLogin(Path etc) throws IOException {
        Path keys = etc.resolve(PUBLIC_KEYS);
        List<String> lines = Files.exists(keys) ? Files.readAllLines(keys) : List.of(GROUP);
        if (lines.stream().anyMatch(FirstLogin::namesUser)) {
            return;
        }
        LoginKey key = LoginKey.create();
        // The private half first: a crash in between leaves nobody named, and the next start makes both anew.
        replace(etc.resolve(PRIVATE_KEY), key.privatePem());
        replace(keys, String.join("\n", lines) + "\n" + USER + " = " + key.publicBase64() + ",_g_:admingroup\n");
        LOG.info("made a login for {}: ssh -i {}", USER, etc.resolve(PRIVATE_KEY));
    }

    private static boolean namesUser(String line) {
        String text = line.strip();
        return !text.isEmpty() && !text.startsWith("#") && !text.startsWith("!") && !text.startsWith("_g_");
    }

    private static void replace(Path file, String content) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".login", ".new", OWNER_ONLY);
        try {
            Files.writeString(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
