using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Loupe.Grains.Keys;

namespace Loupe.Grains.Tests.Keys;

public sealed class ImageAddressTests
{
    private static readonly string Id = new('a', ImageKey.IdLength);

    [Fact]
    public void Every_tenant_comes_back_out_of_a_key() =>
        Prop.ForAll(ArbMap.Default.ArbFor<UnicodeString>(), text =>
        {
            // Without halves of surrogate pairs, which no configuration or header can carry.
            var tenant = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get ?? string.Empty));
            var address = new ImageAddress(new ImageKey(tenant, Id), "digest");
            Assert.Equal(address, ImageAddress.Parse(address.ToString()));
            Assert.Equal(address, ImageAddress.Parse(address.With("hash")));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_tenant_with_slashes_has_no_other_tenants_keys()
    {
        var sly = new ImageAddress(new ImageKey($"victim/digest/{Id}", Id), "digest").ToString();
        Assert.Equal($"victim/digest/{Id}", ImageAddress.Parse(sly).Image.Tenant);
        Assert.Equal(2, sly.Count(c => c == '/'));
    }

    [Theory]
    [InlineData("tenant/digest")]
    [InlineData("tenant/digest/short")]
    [InlineData("")]
    public void What_is_no_key_is_refused(string key) => Assert.Throws<FormatException>(() => ImageAddress.Parse(key));

    [Fact]
    public void Every_part_of_a_question_is_in_its_hash_but_not_how_it_is_to_be_served()
    {
        var question = new Question(Id, VisionTask.Answer, [Region.OfBox(1, 2, 3, 4)], "what?");
        Question[] others =
        [
            question with { Task = VisionTask.Locate },
            question with { Text = "why?" },
            question with { MaxWords = 3 },
            question with { Regions = [] },
            question with { Regions = [Region.OfBox(1, 2, 3, 5)] },
            question with { Regions = [Region.OfPoint(1, 2)] },
            question with { Regions = [Region.OfBox(1, 2, 3, 4), Region.OfBox(1, 2, 3, 4)] },
        ];
        Assert.Equal(others.Length + 1, others.Append(question).Select(QuestionHash.Of).Distinct().Count());
        Assert.Equal(QuestionHash.Of(question), QuestionHash.Of(question with { DeadlineMs = 1, Stream = true, Priority = Priority.Bulk, Key = "k" }));
    }
}
