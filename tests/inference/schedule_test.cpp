#include "inference/sampling/schedule.h"

#include "inference/sampling/samplers.h"
#include "render/error.h"
#include "tests/support/refusal.h"
#include "tests/support/test_data.h"
#include "tests/support/test_program.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>

using namespace athanor;

namespace {

double relative(double a, double b)
{
    return std::abs(a - b) / std::abs(b);
}

std::string argumentRefusal(const std::function<void()>& act)
{
    return refusalOf(act, ErrorKind::BadArgument).toStdString();
}

}

class ScheduleTest : public QObject {
    Q_OBJECT
    const NoiseModel& model = stableDiffusionNoise();
    nlohmann::json m_reference;

private slots:
    void initTestCase() { m_reference = nlohmann::json::parse(std::ifstream(testDataPath("sampling.json"))); }
    void tableOfTheModel();
    void timestepsAndSigmasAreInverse();
    void equalsTheDefinitions();
    void equalsDiffusers();
    void everyStepCountFalls();
    void comfySteps();
    void stepsOutsideTheRange();
    void strengthKeepsTheTail();
    void strengthOutsideTheRange();
    void foundByNameOrTitle();
    void unknownNameIsExplained();
};

void ScheduleTest::tableOfTheModel()
{
    QCOMPARE(model.sigmas.size(), std::size_t{1000});
    QVERIFY(relative(model.sigmas.front(), 0.0291672) < 2e-6); // the published figures' digits
    QVERIFY(relative(model.sigmas.back(), 14.614641) < 5e-8);
    const double firstKept = 1 / (1 + model.sigmas.front() * model.sigmas.front());
    const double lastKept = 1 / (1 + model.sigmas.back() * model.sigmas.back());
    QVERIFY(relative(firstKept, 0.99915) < 1e-12); // 1 - 0.00085
    QVERIFY(relative(lastKept, 0.0046600985) < 1e-8);
    QVERIFY(std::is_sorted(model.sigmas.begin(), model.sigmas.end()));
}

void ScheduleTest::timestepsAndSigmasAreInverse()
{
    for (int t = 0; t < 1000; ++t) {
        QCOMPARE(timestepAt(model, model.sigmas[static_cast<std::size_t>(t)]), static_cast<double>(t));
        QCOMPARE(sigmaAt(model, t), model.sigmas[static_cast<std::size_t>(t)]);
    }
    for (double t = 0.05; t < 999; t += 0.37)
        QVERIFY(std::abs(timestepAt(model, sigmaAt(model, t)) - t) < 1e-9);
    QCOMPARE(timestepAt(model, 1e-9), 0.0);
    QCOMPARE(timestepAt(model, 100), 999.0);
    QCOMPARE(sigmaAt(model, -5), model.sigmas.front());
    QCOMPARE(sigmaAt(model, 5000), model.sigmas.back());
}

// The reference writes eight digits.
void ScheduleTest::equalsTheDefinitions()
{
    std::set<std::string> compared;
    for (const auto& [name, byCount] : m_reference["schedules"].items()) {
        for (const auto& [count, expected] : byCount.items()) {
            const auto sigmas = makeSigmas(findSchedule(name), model, std::stoi(count));
            QCOMPARE(sigmas.size(), expected.size());
            for (std::size_t i = 0; i + 1 < sigmas.size(); ++i)
                QVERIFY2(relative(sigmas[i], expected[i].get<double>()) < 1e-7, (name + " " + count).c_str());
            QCOMPARE(sigmas.back(), 0.0);
            compared.insert(name);
        }
    }
    QCOMPARE(compared.size(), schedules().size());
}

// 1.5e-5: diffusers' table is single precision, see stableDiffusionNoise().
void ScheduleTest::equalsDiffusers()
{
    QCOMPARE(m_reference["diffusers_schedules"].size(), std::size_t{4});
    for (const auto& [name, expected] : m_reference["diffusers_schedules"].items()) {
        const auto sigmas = makeSigmas(findSchedule(name), model, 10);
        QCOMPARE(expected["sigmas"].size(), sigmas.size());
        for (std::size_t i = 0; i < 10; ++i) {
            QVERIFY2(relative(sigmas[i], expected["sigmas"][i].get<double>()) < 1.5e-5, name.c_str());
            QVERIFY2(
                std::abs(timestepAt(model, sigmas[i]) - expected["timesteps"][i].get<double>()) < 2e-3, name.c_str());
        }
    }
}

void ScheduleTest::everyStepCountFalls()
{
    for (const Schedule& schedule : schedules()) {
        for (int steps = 1; steps <= maxSteps; ++steps) {
            const auto sigmas = makeSigmas(schedule, model, steps);
            QCOMPARE(sigmas.size(), static_cast<std::size_t>(steps) + 1);
            QVERIFY(sigmas.front() <= model.sigmas.back() * (1 + 1e-12));
            QVERIFY(sigmas[sigmas.size() - 2] >= model.sigmas.front() * (1 - 1e-12));
            QCOMPARE(sigmas.back(), 0.0);
            for (std::size_t i = 1; i < sigmas.size(); ++i)
                QVERIFY2(sigmas[i] < sigmas[i - 1], std::string(schedule.name).c_str());
        }
    }
}

// comfy/samplers.py: ddim_scheduler takes every 166th level of 1000 for 6 steps, which are 7; UniPC is in
// DISCARD_PENULTIMATE_SIGMA_SAMPLERS.
void ScheduleTest::comfySteps()
{
    const auto levels = [&](const std::vector<double>& sigmas) {
        std::string text;
        for (const double sigma : sigmas)
            text += std::to_string(std::lround(timestepAt(model, sigma))) + (sigma == 0 ? "z " : " ");
        return text;
    };
    const Schedule &ddim = findSchedule("ddim_uniform"), &normal = findSchedule("normal");
    QCOMPARE(levels(makeComfySigmas(ddim, model, 6, false)), std::string("997 831 665 499 333 167 1 0z "));
    QCOMPARE(levels(makeComfySigmas(ddim, model, 4, false)), std::string("751 501 251 1 0z "));
    QVERIFY(makeComfySigmas(normal, model, 6, false) == makeSigmas(normal, model, 6));
    QCOMPARE(levels(makeComfySigmas(normal, model, 4, true)), std::string("999 749 500 250 0z "));
    for (const int steps : {1, 999, 1000})
        for (const Schedule& schedule : schedules())
            QCOMPARE(makeComfySigmas(schedule, model, steps, true).back(), 0.0);
}

void ScheduleTest::stepsOutsideTheRange()
{
    for (const int steps : {0, -1, 1001, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()})
        QCOMPARE(argumentRefusal([&] { makeSigmas(findSchedule("karras"), model, steps); }),
            "steps: " + std::to_string(steps) + " is outside 1 to 1000");
}

void ScheduleTest::strengthKeepsTheTail()
{
    const auto sigmas = makeSigmas(findSchedule("normal"), model, 10);
    struct Row {
        double strength;
        std::size_t steps;
    };
    for (const Row row : {Row{0, 0}, {0.05, 0}, {0.1, 1}, {0.55, 5}, {0.6, 6}, {0.99, 9}, {1, 10}}) {
        const auto tail = strengthTail(sigmas, row.strength);
        QCOMPARE(tail.size(), row.steps + 1);
        QVERIFY(std::equal(tail.rbegin(), tail.rend(), sigmas.rbegin()));
    }
}

void ScheduleTest::strengthOutsideTheRange()
{
    const std::vector<double> sigmas{1, 0};
    QCOMPARE(argumentRefusal([&] { strengthTail(sigmas, -0.1); }), "strength: -0.1 is outside 0 to 1");
    QCOMPARE(argumentRefusal([&] { strengthTail(sigmas, 1.1); }), "strength: 1.1 is outside 0 to 1");
    QCOMPARE(argumentRefusal([&] { strengthTail(sigmas, std::nan("")); }), "strength: nan is outside 0 to 1");
}

void ScheduleTest::foundByNameOrTitle()
{
    std::set<std::string_view> seen;
    for (const Schedule& schedule : schedules()) {
        QVERIFY(seen.insert(schedule.name).second);
        QCOMPARE(&findSchedule(schedule.name), &schedule);
        QCOMPARE(&findSchedule(schedule.title), &schedule);
    }
    QCOMPARE(findSchedule("sgm uniform").name, std::string_view("sgm_uniform"));
    QCOMPARE(findSchedule("DDIM").name, std::string_view("ddim_uniform"));
    for (const Sampler& sampler : samplers()) {
        QCOMPARE(&findSampler(sampler.name), &sampler);
        QCOMPARE(&findSampler(sampler.title), &sampler);
    }
}

void ScheduleTest::unknownNameIsExplained()
{
    std::string all;
    for (const Schedule& schedule : schedules())
        all.append(all.empty() ? "" : ", ").append(schedule.name);
    const std::string text = argumentRefusal([] { findSchedule("karas"); });
    QVERIFY2(text.starts_with("unknown schedule \"karas\": nearest are karras, "), text.c_str());
    QVERIFY2(text.ends_with("; all are " + all), text.c_str());
    QVERIFY(argumentRefusal([] {
        findSampler("dpmpp_2n");
    }).starts_with("unknown sampler \"dpmpp_2n\": nearest are dpmpp_2m, "));
    QVERIFY(argumentRefusal([] { findSampler(""); }).starts_with("unknown sampler \"\": nearest are "));
    const std::string endless = argumentRefusal([] { findSampler(std::string(100'000'000, 'x') + "\n"); });
    QVERIFY(endless.starts_with("unknown sampler \"xxx") && endless.size() < 250);
    QVERIFY(argumentRefusal([] { findSampler("a\nb\x1b"); }).starts_with("unknown sampler \"a?b?\""));
}

ATHANOR_TEST(ScheduleTest)
#include "schedule_test.moc"
