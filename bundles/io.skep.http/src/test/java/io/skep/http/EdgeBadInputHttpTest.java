// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All of the same by way of a node that does not serve. */
class EdgeBadInputHttpTest extends BadInputHttpTest {
    private Edge edge;

    @BeforeEach
    void startEdge() throws Exception {
        edge = Edge.of(servlet, port);
        port = edge.port;
    }

    /** What is outside of the interface, the node that does not serve answers by itself. */
    @Override
    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/", "/api/v1/nothing", "/api/v1/tasks/", "/api/v1/tasks/t/why/more"})
    void unknownPath_isNotFound(String path) {
        super.unknownPath_isNotFound(path);
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }
}
