// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** All of the same by way of a node that does not serve. */
class EdgePayloadsHttpTest extends PayloadsHttpTest {
    private Edge edge;

    @BeforeEach
    void startEdge() throws Exception {
        edge = Edge.of(servlet, port);
        port = edge.port;
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }
}
