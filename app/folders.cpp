#include "app/folders.h"

#include <QStandardPaths>

namespace athanor {

std::string cacheFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation).toStdString() + "/athanor";
}

std::string dataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString() + "/athanor";
}

std::string shippedModelsFolder()
{
    return ATHANOR_RESOURCES "/models";
}

std::string starterModelPath()
{
    return shippedModelsFolder() + '/' + starterModel;
}

}
