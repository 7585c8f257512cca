// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes into a distribution what it is made of. */
public final class Shipped {
    /** The bill of materials. */
    static final String BILL = "sbom.cdx.json";

    /** The licences of others. */
    static final String LICENCES = "THIRD-PARTY.txt";

    private Shipped() {}

    /**
     * {@code arguments}: the directory of the distribution, its version, and the time of the build.
     *
     * @throws IOException if a file cannot be read or written, or the licence of a part is not known
     */
    public static void main(String... arguments) throws IOException {
        Path distribution = Path.of(arguments[0]);
        Known known = Known.read();
        List<Part> parts = new Parts(known).of(distribution);
        Files.writeString(distribution.resolve(BILL), BillOfMaterials.of(arguments[1], arguments[2], parts));
        Files.writeString(distribution.resolve(LICENCES), ThirdParty.of(known, parts));
    }
}
