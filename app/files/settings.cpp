#include "app/files/settings.h"

#include "render/regular_file.h"

#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QStringList>
#include <QTemporaryDir>

#include <algorithm>

namespace athanor {

namespace {

const QString outKey = QStringLiteral("pictures"), modelsKey = QStringLiteral("models"),
              deviceKey = QStringLiteral("device"), precisionKey = QStringLiteral("precision"),
              decodeKey = QStringLiteral("decode-every"), themeKey = QStringLiteral("theme"),
              languageKey = QStringLiteral("language");
const QString lightName = QStringLiteral("light");

QString usualOutFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::PicturesLocation) + QStringLiteral("/Athanor");
}

}

std::unique_ptr<QTemporaryDir> setAsideSettings(std::string& why)
{
    const QString organization = QCoreApplication::organizationName();
    const QString names[] = {organization + QLatin1Char('/') + QCoreApplication::applicationName(), organization};
    for (const QString& folder : QStandardPaths::standardLocations(QStandardPaths::GenericConfigLocation))
        for (const QString& name : names)
            for (const char* ending : {".conf", ".conf.lock"}) {
                const std::string path = (folder + QLatin1Char('/') + name + QLatin1String(ending)).toStdString();
                struct stat status = {};
                if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
                    why = path + " is " + std::string(kindOfFile(status.st_mode))
                        + ", not a file; the settings are those of a new user and are not kept";
            }
    if (why.empty())
        return {};
    auto aside = std::make_unique<QTemporaryDir>();
    for (const QSettings::Scope scope : {QSettings::UserScope, QSettings::SystemScope})
        QSettings::setPath(QSettings::NativeFormat, scope, aside->path());
    return aside;
}

Settings readSettings()
{
    constexpr int mostSteps = 100;
    const QSettings store;
    Settings settings;
    settings.outFolder = store.value(outKey, usualOutFolder()).toString().toStdString();
    if (settings.outFolder.empty())
        settings.outFolder = usualOutFolder().toStdString();
    for (const QString& folder : store.value(modelsKey).toStringList())
        settings.modelFolders.push_back(folder.toStdString());
    settings.device = store.value(deviceKey).toString().toStdString();
    settings.precision = precisionOf(store.value(precisionKey).toString());
    settings.language = store.value(languageKey).toString().toStdString();
    settings.decodeEvery = std::clamp(store.value(decodeKey, settings.decodeEvery).toInt(), 1, mostSteps);
    return settings;
}

void keepSettings(const Settings& settings)
{
    QSettings store;
    QStringList folders;
    for (const std::string& folder : settings.modelFolders)
        folders << QString::fromStdString(folder);
    store.setValue(outKey, QString::fromStdString(settings.outFolder));
    store.setValue(modelsKey, folders);
    store.setValue(deviceKey, QString::fromStdString(settings.device));
    store.setValue(precisionKey, precisionName(settings.precision));
    store.setValue(decodeKey, settings.decodeEvery);
    store.setValue(languageKey, QString::fromStdString(settings.language));
}

bool readTheme()
{
    return QSettings().value(themeKey).toString() != lightName;
}

void keepTheme(bool dark)
{
    QSettings().setValue(themeKey, dark ? QStringLiteral("dark") : lightName);
}

QString precisionName(std::optional<DType> precision)
{
    return !precision ? QString() : *precision == DType::F16 ? QStringLiteral("fp16") : QStringLiteral("fp32");
}

std::optional<DType> precisionOf(const QString& name)
{
    if (name == QLatin1String("fp16"))
        return DType::F16;
    if (name == QLatin1String("fp32"))
        return DType::F32;
    return {};
}

}
