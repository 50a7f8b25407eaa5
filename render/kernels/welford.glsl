// Mean and squared deviations in one pass without cancellation: Welford 1962; merging of two sets by Chan, Golub and
// LeVeque 1983.
struct Moments {
    float count, mean, squares;
};

Moments merge(Moments a, Moments b)
{
    const float count = a.count + b.count;
    if (b.count == 0.0)
        return a;
    const float share = b.count / count;
    const float d = b.mean - a.mean;
    return Moments(count, a.mean + d * share, a.squares + b.squares + d * d * a.count * share);
}

// One running set a component, all of the same count.
void accumulate(VALUE v, float count, inout VALUE mean, inout VALUE squares)
{
    const VALUE d = v - mean;
    mean += d * (1.0 / count);
    squares += d * (v - mean);
}

Moments joined(float count, VALUE mean, VALUE squares)
{
#ifdef WIDE
    const vec2 m = 0.5 * (mean.xy + mean.zw);
    const vec2 d = mean.zw - mean.xy;
    const vec2 s = squares.xy + squares.zw + 0.5 * count * d * d;
    const float across = m.y - m.x;
    return Moments(4.0 * count, 0.5 * (m.x + m.y), s.x + s.y + count * across * across);
#else
    return Moments(count, mean, squares);
#endif
}
