// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.junit.jupiter.api.BeforeEach;

/** All of it again with stages that end later and elsewhere, as those of the real core do. */
class LateMainPathHttpTest extends MainPathHttpTest {
    @BeforeEach
    void endLater() {
        core.late = true;
    }
}
