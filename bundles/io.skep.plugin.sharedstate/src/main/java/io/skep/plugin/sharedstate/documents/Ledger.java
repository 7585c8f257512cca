// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

/**
 * What is true of all documents of a tenant together. It changes with each of them, so whoever has changed something of
 * the tenant has changed this. Immutable.
 *
 * @param revision of the last change; grows by one with each and never goes back
 * @param documents how many there are
 * @param chars how long their values are together, in characters of JSON
 * @param deleted of how many that were deleted something is left
 * @param forgotten revision of the newest deletion of which nothing is left; who has not seen it may have missed some
 * @param locks how many locks are kept, ended ones included
 */
record Ledger(long revision, int documents, long chars, int deleted, long forgotten, int locks) {
    static final Ledger NEW = new Ledger(0, 0, 0, 0, 0, 0);

    Ledger revised() {
        return new Ledger(revision + 1, documents, chars, deleted, forgotten, locks);
    }

    Ledger withDocuments(int more, long moreChars) {
        return new Ledger(revision, documents + more, chars + moreChars, deleted, forgotten, locks);
    }

    Ledger withDeleted(int more) {
        return new Ledger(revision, documents, chars, deleted + more, forgotten, locks);
    }

    Ledger forgetting(long newest) {
        return new Ledger(revision, documents, chars, deleted, Math.max(forgotten, newest), locks);
    }

    Ledger withLocks(int more) {
        return new Ledger(revision, documents, chars, deleted, forgotten, locks + more);
    }
}
