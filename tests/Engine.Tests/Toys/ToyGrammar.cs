using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Toys;

internal sealed class ToyGrammar(BundleDescription bundle) : IGrammar
{
    public BundleDescription Bundle => bundle;

    public string Normalize(string text) => text.Trim().ToLowerInvariant();

    public void Check(RegionPrompt prompt)
    {
        if (prompt.Regions.Any(region => region.Points is { Count: > 4 }))
        {
            throw LocalizerException.Invalid("regions[0].points", "at most 4");
        }
    }
}
