// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private static final int DIMENSIONS = 96;
    private final Random random = new Random(7);

    @Test
    void products_areTheSame_byBlocksAndByBytes() {
        Vectors vectors = new Vectors(DIMENSIONS);
        for (int slot = 0; slot < 300; slot++) {
            vectors.put(slot, direction());
        }
        float[] query = direction();
        float[] all = vectors.dots(query);
        for (int slot = 0; slot < 300; slot++) {
            assertThat(vectors.dot(slot, query)).isCloseTo(all[slot], within(0.02f));
        }
    }

    @Test
    void nearestOfMany_areThoseOfAnExactScan() {
        Vectors vectors = new Vectors(DIMENSIONS);
        List<float[]> all = new ArrayList<>();
        List<float[]> middles = List.of(direction(), direction(), direction());
        for (int slot = 0; slot < Vectors.EXACT + 2000; slot++) {
            float[] vector = direction();
            float[] middle = middles.get(slot % 3);
            for (int d = 0; d < DIMENSIONS; d++) {
                vector[d] += middle[d];
            }
            all.add(vector);
            vectors.put(slot, vector);
        }
        assertThat(vectors.isExact()).isFalse();
        int found = 0;
        for (int i = 0; i < 20; i++) {
            float[] query = all.get(i * 100);
            List<Integer> order = new ArrayList<>();
            for (int slot = 0; slot < all.size(); slot++) {
                order.add(slot);
            }
            order.sort(Comparator.comparingDouble(slot -> -Matrix.dot(all.get(slot), query)));
            for (int slot : vectors.nearest(query, 10, 1024, null).slots()) {
                found += order.subList(0, 10).contains(slot) ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(165);
    }

    @Test
    void closestBySigns_areThoseOfASort_theFirstOfEquals() {
        for (int dimensions : new int[] {384, DIMENSIONS, 768}) {
            Signs signs = new Signs(dimensions);
            int count = 3000;
            signs.grow(count);
            boolean[] present = new boolean[count];
            Map<Integer, float[]> all = new TreeMap<>();
            for (int slot = 0; slot < count; slot++) {
                all.put(slot, bits(dimensions));
                signs.put(slot, all.get(slot));
                present[slot] = slot % 7 != 0;
            }
            float[] query = bits(dimensions);
            for (int most : new int[] {1, 10, 64, 2999}) {
                List<Integer> order = all.keySet().stream()
                        .filter(slot -> present[slot])
                        .sorted(Comparator.comparingInt(
                                slot -> differing(all.get(slot), query, dimensions > 384 ? 2 : 1)))
                        .limit(most)
                        .toList();
                assertThat(signs.closest(query, most, count, present, null))
                        .hasSize(order.size())
                        .containsExactlyInAnyOrder(
                                order.stream().mapToInt(Integer::intValue).toArray());
            }
        }
    }

    @Test
    void productsWithSomeSlots_areThoseOfAll_byBlocksAndByBytes() {
        for (int size : new int[] {300, Vectors.EXACT + 300}) {
            Vectors vectors = new Vectors(DIMENSIONS);
            for (int slot = 0; slot < size; slot++) {
                vectors.put(slot, direction());
            }
            float[] query = direction();
            int[] some = {5, 299, 17, size + 1000};
            float[] products = vectors.products(query, some);
            for (int i = 0; i < some.length; i++) {
                assertThat(products[i]).isCloseTo(vectors.dot(some[i], query), within(0.01f));
            }
        }
    }

    @Test
    void times_isTheProduct_ofAnySize() {
        for (int n : new int[] {1, 3, 4, 10}) {
            float[] matrix = new float[n * n];
            float[] vector = new float[n];
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                vector[i] = i - 3;
                sum += i * vector[i];
                squares += vector[i] * vector[i];
                for (int j = 0; j < n; j++) {
                    matrix[i * n + j] = i * j + (i == j ? 1 : 0);
                }
            }
            // The outer product of 0, 1, 2 … with itself, plus one.
            assertThat(Matrix.dot(Matrix.times(Matrix.rows(matrix, n), vector), vector))
                    .isCloseTo((float) (sum * sum + squares), within(1e-2f));
        }
    }

    private float[] bits(int dimensions) {
        float[] vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = random.nextInt(4) == 0 ? 1 : -1;
        }
        return vector;
    }

    private static int differing(float[] one, float[] other, int every) {
        int count = 0;
        for (int d = 0; d < one.length; d += every) {
            count += one[d] > 0 != other[d] > 0 ? 1 : 0;
        }
        return count;
    }

    @Test
    void removedAndForeignSlots_areNotFound() {
        for (int size : new int[] {100, Vectors.EXACT + 100}) {
            Vectors vectors = new Vectors(DIMENSIONS);
            float[] same = direction();
            for (int slot = 0; slot < size; slot++) {
                vectors.put(slot, same);
            }
            vectors.remove(3);
            BitSet among = new BitSet();
            among.set(2, 6);
            assertThat(vectors.nearest(same, 50, 64, among).slots()).containsExactlyInAnyOrder(2, 4, 5);
            assertThat(vectors.dot(3, same)).isZero();
            assertThat(vectors.nearest(same, 0, 0, null).slots()).isEmpty();
        }
    }

    @Test
    void oddDimensions_areCountedToo() {
        Vectors vectors = new Vectors(3);
        vectors.put(0, new float[] {0, 0, 1});
        assertThat(vectors.dot(0, new float[] {0, 0, 1})).isCloseTo(1, within(1e-5f));
        assertThat(Matrix.dot(new float[] {1, 2, 3}, new float[] {4, 5, 6})).isEqualTo(32);
    }

    @Test
    void inverse_timesTheMatrix_isOne() {
        double[] matrix = {4, 1, 0, 1, 3, 1, 0, 1, 2};
        float[] inverse = Matrix.inverse(matrix.clone(), 3);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                double sum = 0;
                for (int i = 0; i < 3; i++) {
                    sum += matrix[row * 3 + i] * inverse[i * 3 + column];
                }
                assertThat(sum).isCloseTo(row == column ? 1 : 0, within(1e-5));
            }
        }
    }

    @Test
    void top_isInOrder_theEarlierOfEqualsFirst() {
        assertThat(Top.of(new int[] {5, 6, 7, 8}, new float[] {1, 3, 3, 2}, 3)).containsExactly(6, 7, 8);
        assertThat(Top.of(new int[] {5}, new float[] {1}, 3)).containsExactly(5);
    }

    private float[] direction() {
        float[] vector = new float[DIMENSIONS];
        double length = 0;
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = (float) random.nextGaussian();
            length += vector[d] * vector[d];
        }
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
