// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.util.List;

/** What came of a part of the demo. A record: its fields are written for programs. */
interface Part {
    /** As a user reads it. */
    String line();

    /** What is not as expected, one sentence each. */
    List<String> problems();
}
