// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.LogStore;
import io.skep.testkit.LogStoreContract;
import java.nio.file.Path;

class PostgresLogContractTest extends LogStoreContract {
    @Override
    protected LogStore open(Path directory) {
        return Stores.open(directory);
    }

    @Override
    protected void close(LogStore store) {
        Stores.close(store);
    }

    /** Opening makes a schema and several connections, each a process of the server. */
    @Override
    protected int histories() {
        return 20;
    }
}
