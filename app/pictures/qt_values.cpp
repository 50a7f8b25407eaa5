#include "app/pictures/qt_values.h"

#include "inference/values/image.h"

#include <QFile>
#include <QImage>

namespace athanor {

QImage toQImage(const RgbImage& picture)
{
    return QImage(
        picture.pixels.data(), picture.width, picture.height, qsizetype(picture.width) * 3, QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
}

std::string systemPath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

}
