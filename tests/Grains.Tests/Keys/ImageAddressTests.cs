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
    public void A_replicas_key_names_its_silo_and_is_no_other_images()
    {
        var replica = new ImageAddress(new ImageKey("t", Id), "digest", "pod/1@east");
        Assert.Equal(replica, ImageAddress.Parse(replica.With("hash")));
        Assert.Equal(2, replica.ToString().Count(c => c == '/'));
        Assert.NotEqual(replica.ToString(), (replica with { Silo = null }).ToString());
    }

    [Fact]
    public void Every_part_of_a_question_is_in_its_id()
    {
        var image = new ImageAddress(new ImageKey("t", Id), "digest");
        var prompt = new RegionPrompt([], new ImageSize(9, 9), "9x9");
        var question = new CanonicalQuestion(VisionTask.Answer, prompt, "what?", 48);
        CanonicalQuestion[] others =
        [
            question with { Task = VisionTask.Locate },
            question with { Text = "why?" },
            question with { MaxWords = 3 },
            question with { Prompt = prompt with { Canonical = "9x9|b1,2,3,4" } },
        ];
        ImageAddress[] elsewhere = [
            image with { Digest = "other" }, new(new ImageKey("u", Id), "digest"), new(new ImageKey("t", new string('b', 64)), "digest")
        ];
        var ids = others.Append(question)
            .Select(one => QuestionAddress.IdOf(image, one))
            .Concat(elsewhere.Select(one => QuestionAddress.IdOf(one, question)));
        Assert.Equal(others.Length + 1 + elsewhere.Length, ids.Distinct().Count());
    }
}
