#include "inference/preprocess/pose_fields.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

namespace athanor {

namespace {

// The authors' limits.
constexpr float leastPeak = 0.1f;
constexpr double leastField = 0.05, agreeingSamples = 0.8, leastMeanScore = 0.4;
// Ours: a small network sees faint second people around one. Means of a person's peaks, shares of the highest of a
// kind.
constexpr double leastMeanPeak = 0.3, leastOfBest = 0.45;
constexpr int samples = 10;
constexpr size_t leastPoints = 4, mostPeaks = 100; // of one kind of point

struct Peak {
    double x = 0, y = 0, score = 0; // cells
};

struct Connection {
    size_t from = 0, to = 0; // peaks of the limb's two points
    double score = 0;
};

struct Candidate {
    std::array<int, bodyPoints> peaks; // -1: none
    double score = 0; // of peaks and limbs
    double peakScore = 0;
    size_t count = 0;

    Candidate() { peaks.fill(-1); }
};

class PoseReader {
public:
    explicit PoseReader(const PoseFields& fields)
        : m_fields(fields)
    {
        for (size_t i = 0; i < bodyPoints; ++i)
            m_peaks[i] = peaksOf(i);
    }

    std::vector<Candidate> people()
    {
        std::vector<Candidate> people;
        for (size_t limb = 0; limb < poseLimbs.size(); ++limb)
            for (const Connection& connection : connections(limb))
                join(people, limb, connection);
        std::erase_if(people, [](const Candidate& person) {
            const double count = double(person.count);
            return person.count < leastPoints || person.score / count < leastMeanScore
                || person.peakScore / count < leastMeanPeak;
        });
        return people;
    }

    PosePerson person(const Candidate& candidate) const
    {
        PosePerson person;
        for (size_t i = 0; i < bodyPoints; ++i) {
            person.body.emplace_back();
            if (candidate.peaks[i] >= 0) {
                const Peak& peak = m_peaks[i][size_t(candidate.peaks[i])];
                person.body.back() = PosePoint{(peak.x + 0.5) / m_fields.width, (peak.y + 0.5) / m_fields.height};
            }
        }
        return person;
    }

private:
    float at(size_t plane, int x, int y) const
    {
        const size_t width = size_t(m_fields.width);
        return m_fields.planes[(plane * size_t(m_fields.height) + size_t(y)) * width + size_t(x)];
    }

    // How far beside a cell the top of a parabola through it and its neighbours lies.
    static double beside(double before, double here, double after)
    {
        const double bend = before - 2 * here + after;
        return bend < 0 ? std::clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
    }

    std::vector<Peak> peaksOf(size_t plane) const
    {
        std::vector<Peak> peaks;
        for (int y = 1; y + 1 < m_fields.height; ++y)
            for (int x = 1; x + 1 < m_fields.width; ++x) {
                const float here = at(plane, x, y), left = at(plane, x - 1, y), right = at(plane, x + 1, y);
                const float above = at(plane, x, y - 1), below = at(plane, x, y + 1);
                if (here > leastPeak && here > left && here >= right && here > above && here >= below)
                    peaks.push_back({x + beside(left, here, right), y + beside(above, here, below), here});
            }
        std::ranges::stable_sort(peaks, std::ranges::greater(), &Peak::score);
        peaks.resize(std::min(peaks.size(), mostPeaks));
        if (!peaks.empty())
            std::erase_if(
                peaks, [least = leastOfBest * peaks.front().score](const Peak& p) { return p.score < least; });
        return peaks;
    }

    // How well the field agrees with a limb between two peaks; 0: it does not.
    double agreement(size_t limb, const Peak& from, const Peak& to) const
    {
        const double dx = to.x - from.x, dy = to.y - from.y, length = std::hypot(dx, dy);
        if (length < 1e-6)
            return 0;
        double sum = 0;
        int agreeing = 0;
        for (int i = 0; i < samples; ++i) {
            const double share = double(i) / (samples - 1);
            const int x = std::clamp(int(std::lround(from.x + share * dx)), 0, m_fields.width - 1);
            const int y = std::clamp(int(std::lround(from.y + share * dy)), 0, m_fields.height - 1);
            const size_t plane = bodyPoints + 1 + 2 * limb;
            const double along = (at(plane, x, y) * dx + at(plane + 1, x, y) * dy) / length;
            sum += along;
            agreeing += along > leastField;
        }
        const double score = sum / samples + std::min(0.5 * m_fields.height / length - 1, 0.0);
        return agreeing > agreeingSamples * samples ? std::max(score, 0.0) : 0;
    }

    // The best pairs of peaks, each peak once.
    std::vector<Connection> connections(size_t limb) const
    {
        const auto [from, to] = poseLimbs[limb];
        std::vector<Connection> all, best;
        for (size_t i = 0; i < m_peaks[size_t(from)].size(); ++i)
            for (size_t j = 0; j < m_peaks[size_t(to)].size(); ++j)
                if (const double score = agreement(limb, m_peaks[size_t(from)][i], m_peaks[size_t(to)][j]); score > 0)
                    all.push_back({i, j, score});
        std::ranges::stable_sort(all, std::ranges::greater(), &Connection::score);
        for (const Connection& connection : all)
            if (std::ranges::none_of(best, [&](const Connection& other) {
                    return other.from == connection.from || other.to == connection.to;
                }))
                best.push_back(connection);
        return best;
    }

    void join(std::vector<Candidate>& people, size_t limb, const Connection& connection) const
    {
        const size_t from = size_t(poseLimbs[limb][0]), to = size_t(poseLimbs[limb][1]);
        const auto with = [&](size_t point, size_t peak) {
            return std::ranges::find_if(people, [&](const Candidate& c) { return c.peaks[point] == int(peak); });
        };
        auto a = with(from, connection.from), b = with(to, connection.to);
        if (a == people.end() && b == people.end())
            a = people.emplace(people.end());
        else if (a == people.end())
            a = b;
        else if (b != people.end() && a != b) {
            merge(people, *a, *b, connection.score);
            return;
        }
        // Someone whose point is already another peak keeps it.
        if ((a->peaks[from] >= 0 && a->peaks[from] != int(connection.from))
            || (a->peaks[to] >= 0 && a->peaks[to] != int(connection.to)))
            return;
        take(*a, from, connection.from);
        take(*a, to, connection.to);
        a->score += connection.score;
    }

    void take(Candidate& person, size_t point, size_t peak) const
    {
        if (person.peaks[point] >= 0)
            return;
        person.peaks[point] = int(peak);
        person.score += m_peaks[point][peak].score;
        person.peakScore += m_peaks[point][peak].score;
        ++person.count;
    }

    // Two halves of one person, if they share no point.
    static void merge(std::vector<Candidate>& people, Candidate& a, Candidate& b, double score)
    {
        for (size_t i = 0; i < bodyPoints; ++i)
            if (a.peaks[i] >= 0 && b.peaks[i] >= 0)
                return;
        for (size_t i = 0; i < bodyPoints; ++i)
            a.peaks[i] = std::max(a.peaks[i], b.peaks[i]);
        a.score += b.score + score;
        a.peakScore += b.peakScore;
        a.count += b.count;
        people.erase(people.begin() + (&b - people.data()));
    }

    const PoseFields& m_fields;
    std::array<std::vector<Peak>, bodyPoints> m_peaks;
};

}

Poses posesFromFields(const PoseFields& fields)
{
    assert(fields.planes.size() == poseFieldPlanes * size_t(fields.width) * size_t(fields.height));
    Poses poses;
    PoseReader reader(fields);
    for (const Candidate& candidate : reader.people())
        poses.people.push_back(reader.person(candidate));
    return poses;
}

}
