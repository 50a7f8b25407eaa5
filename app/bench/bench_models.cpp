#include "app/bench/bench_models.h"

#include "app/bench/bench_application.h"
#include "app/bench/bench_clock.h"
#include "app/engine/model_scan.h"
#include "render/error.h"
#include "ui/panels/models_panel.h"

#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace athanor {

namespace {

constexpr int many = 5'000;

// With as many tensors as a small LoRA has.
QByteArray modelBytes()
{
    constexpr int tensors = 200;
    QByteArray header = "{";
    for (int i = 0; i < tensors; ++i)
        header += QByteArray(i ? "," : "") + "\"unet_" + QByteArray::number(i)
            + ".lora_up.weight\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[" + QByteArray::number(4 * i) + ","
            + QByteArray::number(4 * i + 4) + "]}";
    header += "}";
    QByteArray length(8, 0);
    for (int i = 0; i < 8; ++i)
        length[i] = char(quint64(header.size()) >> (8 * i));
    return length + header + QByteArray(4 * tensors, 0);
}

void makeModels(const QString& folder)
{
    const QByteArray bytes = modelBytes();
    for (int i = 0; i < many; ++i) {
        QFile file(QStringLiteral("%1/model-%2.safetensors").arg(folder).arg(i));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            throw Error(ErrorKind::CannotWrite, "the files to measure with cannot be written");
    }
}

struct Times {
    double listed = 0, read = 0, busy = 0; // ms
};

Times scanOnce(const QString& folder)
{
    ModelScan scan;
    ModelsPanel panel(scan);
    panel.resize(280, 800);
    panel.show();
    scan.setFolders({{folder.toStdString(), false}}, folder.toStdString());
    Times times;
    QEventLoop loop;
    BenchClock::time_point start, lastTick;
    QTimer ticks;
    ticks.setTimerType(Qt::PreciseTimer);
    QObject::connect(&ticks, &QTimer::timeout, &loop, [&] {
        times.busy = std::max(times.busy, millisecondsSince(lastTick));
        lastTick = BenchClock::now();
    });
    QObject::connect(&scan, &ModelSource::found, &loop, [&] {
        if (times.listed == 0 && panel.models().rowCount() == many)
            times.listed = millisecondsSince(start);
    });
    QObject::connect(&scan, &ModelSource::scanEnded, &loop, &QEventLoop::quit);
    start = lastTick = BenchClock::now();
    ticks.start(1);
    scan.scan();
    loop.exec();
    times.read = millisecondsSince(start);
    return times;
}

double median(std::vector<Times> all, double Times::*member)
{
    std::ranges::nth_element(all, all.begin() + ptrdiff_t(all.size() / 2), {}, member);
    return all[all.size() / 2].*member;
}

}

void runModelsBench(int repeats)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const BenchApplication application;
    QTemporaryDir folder;
    makeModels(folder.path());
    std::vector<Times> all;
    for (int i = 0; i < repeats; ++i)
        all.push_back(scanOnce(folder.path()));
    std::printf("%d models: listed after %.0f ms, all read after %.0f ms, an event waits %.0f ms at most\n", many,
        median(all, &Times::listed), median(all, &Times::read), median(all, &Times::busy));
}

}
