// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.Projection;
import io.skep.testkit.ProjectionContract;
import java.nio.file.Path;

class PostgresProjectionContractTest extends ProjectionContract {
    @Override
    protected Projection open(Path directory) {
        return Stores.open(directory);
    }

    @Override
    protected void close(Projection projection) {
        Stores.close(projection);
    }
}
