// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** All of the same by way of a node that does not serve. */
class EdgeEventsHttpTest extends EventsHttpTest {
    private Edge edge;
    private int served;

    @BeforeEach
    void startEdge() throws Exception {
        served = port;
        edge = Edge.of(servlet, port);
        port = edge.port;
    }

    /** Figures are those of each node. */
    @Override
    Reply get(String path) {
        int before = port;
        port = path.equals("/metrics") ? served : before;
        try {
            return super.get(path);
        } finally {
            port = before;
        }
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }
}
