#include "inference/diffusion/latent_preview.h"

#include "tests/support/test_program.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace athanor;

// The map against plain loops, for latents of 4 and of 16 channels.
class LatentPreviewTest : public QObject {
    Q_OBJECT

private slots:
    void mapsChannels_data()
    {
        QTest::addColumn<int>("channels");
        QTest::newRow("4") << 4;
        QTest::newRow("16") << 16;
    }

    void mapsChannels()
    {
        QFETCH(int, channels);
        const int width = 5, height = 3;
        LatentColours colours;
        colours.factors.resize(size_t(channels));
        for (size_t k = 0; k < size_t(channels); ++k)
            for (size_t c = 0; c < 3; ++c)
                colours.factors[k][c] = float(std::sin(double(7 * k + c)));
        colours.bias = {0.1f, -0.2f, 0.03f};
        std::vector<float> latent;
        for (int i = 0; i < channels * width * height; ++i)
            latent.push_back(float(std::cos(i * std::numbers::phi)));

        const RgbImage picture = latentPreview(latent, width, height, colours);
        QCOMPARE(picture.width, width);
        QCOMPARE(picture.height, height);
        int dark = 0, bright = 0;
        for (int i = 0; i < width * height; ++i)
            for (size_t c = 0; c < 3; ++c) {
                double sum = colours.bias[c];
                for (int k = 0; k < channels; ++k)
                    sum += double(colours.factors[size_t(k)][c]) * latent[size_t(k * width * height + i)];
                const double want = std::clamp(sum * 127.5 + 127.5, 0., 255.);
                const int got = picture.pixels[size_t(i) * 3 + c];
                QVERIFY2(std::abs(got - want) <= 0.5001, qPrintable(QString("%1 %2").arg(got).arg(want)));
                dark += got == 0;
                bright += got == 255;
            }
        QVERIFY(channels == 4 || (dark > 0 && bright > 0)); // what lies outside is cut off
    }
};

ATHANOR_TEST(LatentPreviewTest)
#include "latent_preview_test.moc"
