// Other sizes, held against torch's interpolate and Pillow's LANCZOS.
#include "inference/values/resample.h"
#include "render/error.h"
#include "tests/support/test_program.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace athanor;

Q_DECLARE_METATYPE(std::vector<float>)

class ResampleTest : public QObject {
    Q_OBJECT
private slots:
    // torch.nn.functional.interpolate(x, size, mode=…) of torch 2.
    void isTorchs_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<std::vector<float>>("want");
        using V = std::vector<float>;
        QTest::newRow("nearest, larger") << "nearest-exact" << 5 << 7
                                         << V{0, 0, 1, 2, 2, 4, 4, 0, 0, 1, 2, 2, 4, 4, 8, 8, 0, -1, -1, 3, 3, 2, 2, 2,
                                                5, 5, 7, 7, 2, 2, 2, 5, 5, 7, 7};
        QTest::newRow("nearest, smaller") << "nearest-exact" << 2 << 3 << V{0, 2, 4, 2, 5, 7};
        QTest::newRow("bilinear, larger")
            << "bilinear" << 5 << 7
            << V{0, 0.35714f, 0.92857f, 1.5f, 2.14286f, 3.28571f, 4, 3.2f, 2.27143f, 0.78571f, 0.7f, 1, 2.6f, 3.6f, 8,
                   5.14286f, 0.57143f, -0.5f, -0.71428f, 1.57143f, 3, 4.4f, 3.25714f, 1.42857f, 1.9f, 2.8f, 4.4f, 5.4f,
                   2, 2, 2, 3.5f, 5.14286f, 6.28571f, 7};
        QTest::newRow("bilinear, smaller")
            << "bilinear" << 2 << 3 << V{1.79167f, 1, 3.33333f, 3.16667f, 2.5f, 5.58333f};
        QTest::newRow("bicubic, larger") << "bicubic" << 5 << 7
                                         << V{-0.95294f, -0.20616f, 0.93429f, 1.69725f, 2.44651f, 3.55324f, 4.27538f,
                                                3.8404f, 2.49454f, 0.64649f, -0.12537f, 0.56812f, 2.32509f, 3.61371f,
                                                8.79374f, 5.33555f, 0.50392f, -1.625f, -0.81733f, 1.57553f, 3.39687f,
                                                5.27626f, 3.54534f, 1.30644f, 1.1785f, 2.68331f, 4.46122f, 5.66571f,
                                                1.3478f, 1.47758f, 1.99174f, 3.7865f, 5.83576f, 6.97604f, 7.56338f};
        QTest::newRow("bicubic, smaller")
            << "bicubic" << 2 << 3 << V{1.8269f, 0.5459f, 3.27771f, 3.29996f, 2.08728f, 5.73156f};
        QTest::newRow("area, larger") << "area" << 5 << 7
                                      << V{0, 0.5f, 1, 1.5f, 2, 3, 4, 4, 2.25f, 0.5f, 0.5f, 0.5f, 2, 3.5f, 8, 4, 0,
                                             -0.5f, -1, 1, 3, 5, 3, 1, 1.5f, 2, 3.5f, 5, 2, 2, 2, 3.5f, 5, 6, 7};
        QTest::newRow("area, smaller") << "area" << 2 << 3 << V{2.25f, 0.5f, 2, 3, 1.5f, 3.5f};
    }
    void isTorchs()
    {
        QFETCH(QString, method);
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(std::vector<float>, want);
        std::vector<float> planes;
        for (int i = 0; i < 2; ++i) // the second plane is the first plus ten
            for (const float v : {0, 1, 2, 4, 8, 0, -1, 3, 2, 2, 5, 7})
                planes.push_back(float(i * 10) + v);
        const std::vector<float> got = resampled(planes, 2, 3, 4, height, width, resampleNamed(method.toStdString()));
        QCOMPARE(got.size(), want.size() * 2);
        for (size_t i = 0; i < want.size(); ++i) {
            QVERIFY2(std::abs(got[i] - want[i]) < 2e-5, qPrintable(QString("%1: %2").arg(i).arg(got[i])));
            QVERIFY(std::abs(got[want.size() + i] - want[i] - 10) < 2e-5);
        }
    }

    // Image.resize(size, Image.LANCZOS) of Pillow in mode F, which rounds nothing. Pictures:
    // tests/app/map_size_test.cpp.
    void isPillows_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<std::vector<float>>("want");
        using V = std::vector<float>;
        QTest::newRow("larger") << 7 << 5
                                << V{-43.58f, -10.75f, 50.6f, 83.7f, 120.98f, 189.71f, 227.1f, 117.09f, 82.18f, 32.37f,
                                       19.31f, 67.05f, 124.93f, 156.47f, 284.59f, 180.2f, 16.91f, -42.86f, 18.77f,
                                       70.51f, 98.83f, 142.35f, 100.54f, 41.09f, 25.39f, 84.51f, 157.59f, 197.57f,
                                       -8.48f, 14.76f, 62.72f, 92.15f, 145.24f, 235.1f, 284.2f};
        QTest::newRow("smaller") << 3 << 2 << V{84.27f, 34.28f, 133.12f, 102.16f, 42.9f, 165.09f};
    }
    void isPillows()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(std::vector<float>, want);
        const std::vector<float> values{0, 50, 100, 200, 255, 0, 10, 90, 30, 60, 120, 250};
        const std::vector<float> got = resampled(values, 1, 3, 4, height, width, Resample::Lanczos);
        QCOMPARE(got.size(), want.size());
        for (size_t i = 0; i < want.size(); ++i)
            QVERIFY2(std::abs(got[i] - want[i]) <= 0.01f, qPrintable(QString("%1: %2").arg(i).arg(got[i])));
    }

    void findsTheWantedSize()
    {
        QCOMPARE(wantedSize({640, 480}, {320, 200}, 9), (Size{320, 200}));
        QCOMPARE(wantedSize({640, 480}, {320, 0}, 9), (Size{320, 240}));
        QCOMPARE(wantedSize({640, 480}, {0, 200}, 9), (Size{267, 200}));
        QCOMPARE(wantedSize({640, 480}, {0, 0}, 1.5), (Size{960, 720}));
        QCOMPARE(wantedSize({4, 1000}, {0, 8}, 1), (Size{1, 8})); // never nothing
    }

    void cutsTheMiddle()
    {
        const Region wide = middle({100, 50}, {1, 1});
        QCOMPARE(
            (std::vector<int64_t>{wide.x, wide.y, wide.width, wide.height}), (std::vector<int64_t>{25, 0, 50, 50}));
        const Region high = middle({50, 100}, {2, 1});
        QCOMPARE(
            (std::vector<int64_t>{high.x, high.y, high.width, high.height}), (std::vector<int64_t>{0, 38, 50, 24}));
        const std::vector<float> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        QCOMPARE(cropped(values, 2, {3, 2}, {1, 0, 2, 1}), (std::vector<float>{1, 2, 7, 8}));
    }

    void refusesAnUnknownMethod() { QVERIFY_THROWS_EXCEPTION(Error, resampleNamed("nearest")); }
};

ATHANOR_TEST(ResampleTest)
#include "resample_test.moc"
